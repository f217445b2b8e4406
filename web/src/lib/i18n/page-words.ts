import { pt } from './pt'

/** The words of *Banco*, *Recebimentos*, *E-mails*, *Rejeitadas*, and of billings come with the pages that say them. */
export async function loadPageWords(): Promise<void> {
  const [{ bank }, { receipts }, { emails }, { listing }, { rejects }, { outbox, bounces, resend, pdf, mailReasons }, { codes }, { find }, { jobs, jobProblems }, { billings }] = await Promise.all([
    import('./pt-bank'),
    import('./pt-receipts'),
    import('./pt-emails'),
    import('./pt-listing'),
    import('./pt-rejects'),
    import('./pt-outbox'),
    import('./pt-codes'),
    import('./pt-find-pages'),
    import('./pt-jobs'),
    import('./pt-billings'),
  ])
  Object.assign(pt.bank, bank)
  Object.assign(pt.receipts, receipts)
  Object.assign(pt.emails, emails)
  Object.assign(pt.listing, listing)
  Object.assign(pt.rejects, rejects)
  Object.assign(pt.outbox, outbox)
  Object.assign(pt.bounces, bounces)
  Object.assign(pt.resend, resend)
  Object.assign(pt.pdf, pdf)
  Object.assign(pt.mailReasons, mailReasons)
  Object.assign(pt.codes, codes)
  Object.assign(pt.find, find)
  Object.assign(pt.billings, billings)
  Object.assign(pt.jobs, jobs)
  Object.assign(pt.problems.byCode, jobProblems)
}

/** The words of the sums of *Início*, which come with it alone. */
export async function loadOverviewWords(): Promise<void> {
  const { overview } = await import('./pt-overview')
  Object.assign(pt.overview, overview)
}
