import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

import { apiPath, getBlob } from '@/lib/api-client'
import { saveBlob } from '@/lib/save-blob'
import type { Billing } from '@/lib/schemas'

const PDF = 'application/pdf'
const NAME_LENGTH_MAX = 40

/** A boleto, fetched as a blob so that the API key goes along in its header. */
export function pdfQuery(debtId: string) {
  return queryOptions({
    queryKey: ['billings', 'pdf', debtId],
    queryFn: async ({ signal }) => {
      const blob = await getBlob(apiPath`/billings/${debtId}/pdf`, PDF, { signal })
      return blob.type === PDF ? blob : new Blob([blob], { type: PDF })
    },
    staleTime: Infinity,
  })
}

/** What is known of a boleto's billing where it is shown: a mail knows less than a list. */
export type PdfSubject = Pick<Billing, 'debt_id'> &
  Partial<Pick<Billing, 'due_date' | 'our_number' | 'name'>>

/** `boleto-2026-12-05-109-00000001-7-ana-souza.pdf`: folders sort it, and people know it. */
export function pdfName({ debt_id, due_date, our_number, name }: PdfSubject): string {
  const plain = (text: string) =>
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
  const parts = [due_date, our_number, name?.slice(0, NAME_LENGTH_MAX)].map((part) => plain(part ?? ''))
  const known = parts.filter((part) => part !== '')
  return `boleto-${known.length === 0 ? debt_id : known.join('-')}.pdf`
}

/** Fetch a boleto and hand it to the browser's downloads; and whether that is under way. */
export function useSavePdf(billing: PdfSubject) {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => saveBlob(await client.query(pdfQuery(billing.debt_id)), pdfName(billing)),
  })
  return [() => mutate(), isPending, error] as const
}
