/** The words of rejected rows, and of mending them. */

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

export const rejects = {
  title: 'Rejeitadas',
  back: 'Envio',
  lead: (open: string, all: string) => `${open} de ${all} em aberto.`,
  sum: (money: string) => `${money} parados.`,
  sumOf: (money: string, count: string) => `${money} parados, nas ${count} com valor legível.`,
  how: 'Corrija aqui ou no Excel; cada linha corrigida vira um boleto e um e-mail.',
  download: 'Baixar para o Excel',
  downloadCsv: 'CSV',
  sendFile: 'Enviar arquivo corrigido',
  dropHint: 'Ou solte o arquivo corrigido em qualquer lugar desta página.',
  drop: 'Solte o arquivo corrigido',
  send: (count: number, formatted: string) =>
    count === 0 ? 'Enviar corrigidas' : `Enviar ${formatted} ${plural(count, 'corrigida', 'corrigidas')}`,
  reasons: 'Motivos',
  all: 'Todas',
  use: (value: string) => `Usar ${value}`,
  useAll: (kind: string, count: number, formatted: string) =>
    `${kind}: usar ${plural(count, 'a proposta', `as ${formatted} propostas`)}`,
  useAllMore: (kind: string) => `${kind}: usar todas as propostas`,
  proposals: 'Propostas',
  table: 'Linhas rejeitadas',
  line: 'Linha',
  payer: 'Pagador',
  field: 'Campo',
  wholeLine: 'Linha inteira',
  cell: 'No arquivo',
  cellOf: (column: string, line: string) => `${column}, linha ${line}`,
  why: 'Por quê',
  others: 'Outros campos',
  othersOf: (line: string) => `Outros campos da linha ${line}`,
  checking: 'Conferindo…',
  right: 'Certa, pronta para enviar',
  again: 'Tentar de novo',
  hint: 'Tab vai para a próxima célula; cada célula é conferida ao sair. Nada é enviado antes de “Enviar corrigidas”.',
  more: 'Mostrar mais',
  sent: (count: number, formatted: string) =>
    `${formatted} ${plural(count, 'linha corrigida será cobrada', 'linhas corrigidas serão cobradas')}.`,
  billedBefore: (count: number, formatted: string) =>
    `${formatted} já ${plural(count, 'estava cobrada', 'estavam cobradas')}.`,
  stillOpen: (count: number, formatted: string) =>
    `${formatted} ${plural(count, 'linha continua', 'linhas continuam')} em aberto.`,
  unknown: (count: number, formatted: string) =>
    `${formatted} ${plural(count, 'linha não é', 'linhas não são')} deste envio; confira a coluna “linha”.`,
  doneTitle: 'Nada a corrigir',
  doneBody: 'Todas as linhas rejeitadas deste envio foram corrigidas.',
  noneBody: 'Nenhuma linha deste envio foi rejeitada.',
  open: 'Ver o envio',
}
