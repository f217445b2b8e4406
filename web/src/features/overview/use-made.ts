import { useQuery } from '@tanstack/react-query'

import { aboutQuery } from '@/lib/about-query'
import { useText } from '@/lib/i18n/locale-context'

/** What a mail that was made is called: "delivered" is one that a server took, and of no other is it said. */
export function useMade(): { title: string; many: string } {
  const { made } = useText().t.overview
  switch (useQuery(aboutQuery).data?.mail) {
    case 'smtp':
      return made.smtp
    case 'outbox':
      return made.outbox
    case 'simulate':
      return made.simulate
    default:
      return made.unknown
  }
}
