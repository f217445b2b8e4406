import type { Fact } from '@/components/facts'
import type { useText } from '@/lib/i18n/locale-context'
import type { BillingDetail } from '@/lib/schemas'

/** What only some files say of a debt; nothing is told of what is not there. */
export function moreFactsOf(billing: BillingDetail, { t }: ReturnType<typeof useText>): Fact[] {
  const words = t.find.billing
  const { address } = billing
  const where =
    address === null
      ? null
      : [address.street, address.number, address.complement, address.district, address.city, address.state, address.postal_code]
          .filter((part) => part !== '')
          .join(', ')
  const facts: [string, string | null][] = [
    [words.document, billing.document_number],
    [words.instalment, billing.instalment],
    [words.phone, billing.phone],
    [words.copies, billing.copies.join(', ')],
    [words.address, where],
    [words.message, billing.message],
    [words.terms, billing.terms.sentences.join(' ')],
  ]
  return facts.filter(([, value]) => value !== null && value !== '')
}
