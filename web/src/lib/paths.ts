/** Every address of the page, typed, in one place. */
const named = encodeURIComponent

/** The parts of the page of e-mails beside the outbox. */
export type EmailsTab = 'FAILED' | 'UNCERTAIN' | 'BOUNCED' | 'BLOCKED'

export const paths = {
  home: '/',
  uploads: '/envios',
  /** `query`: the filter, as the page keeps it in its address. */
  uploadsOf: (query: string) => `/envios?${query}`,
  upload: (uploadId: string) => `/envios/${named(uploadId)}`,
  uploadIn: (uploadId: string, status: string) =>
    `/envios/${named(uploadId)}?status=${named(status)}`,
  newCheck: '/envios/novo/conferir',
  check: (checkId: string) => `/envios/${named(checkId)}/conferir`,
  rejects: (uploadId: string) => `/envios/${named(uploadId)}/rejeitadas`,
  isCheck: (pathname: string) => /^\/envios\/[^/]+\/conferir$/.test(pathname),
  emails: (tab: EmailsTab) => (tab === 'FAILED' ? '/emails' : `/emails?state=${tab}`),
  /** What is searched for stands in the history, not in the address: it names persons. */
  search: '/busca',
  /** `query`: the filter, as the API's parameters. */
  billings: (query = '') => (query === '' ? '/cobrancas' : `/cobrancas?${query}`),
  billing: (debtId: string) => `/cobrancas/${named(debtId)}`,
  payer: (payerId: string) => `/pagadores/${named(payerId)}`,
  outbox: '/caixa-de-saida',
  outboxOf: (uploadId: string) => `/caixa-de-saida?upload_id=${named(uploadId)}`,
  bank: '/banco',
  returns: '/banco/retornos',
  return: (returnId: string) => `/banco/retornos/${named(returnId)}`,
  receipts: '/recebimentos',
  mail: (uploadId: string, debtId: string) =>
    `/caixa-de-saida?upload_id=${named(uploadId)}&mail=${named(debtId)}`,
}

/** The addresses of earlier releases, which people have kept, and what they are now. */
const FORMER: [RegExp, string][] = [
  [/^\/uploads\/([^/]+)\/?$/, '/envios/$1'],
  [/^\/uploads\/([^/]+)\/rejects\/?$/, '/envios/$1/rejeitadas'],
  [/^\/checks\/new\/?$/, paths.newCheck],
  [/^\/checks\/([^/]+)\/?$/, '/envios/$1/conferir'],
  [/^\/mailbox\/?$/, paths.outbox],
]

type Address = { pathname: string; search: string; hash: string }

/** Where an address of an earlier release, after `#` or not, leads now; null when it is none. */
export function currentAddress({ pathname, search, hash }: Address): string | null {
  const isAfterHash = /^#[/\\]/.test(hash)
  const [head = ''] = hash.split('?', 1)
  // The slashes are taken together: two of them would name another host.
  const path = isAfterHash ? `/${head.replace(/^#[/\\]+/, '')}` : pathname
  const query = isAfterHash ? hash.slice(head.length) : search
  const found = FORMER.find(([pattern]) => pattern.test(path))
  if (!isAfterHash && found === undefined) return null
  return (found === undefined ? path : path.replace(...found)) + query
}
