import { pt } from './pt'

/** The words of *Banco*, *Recebimentos*, *E-mails*, of acts in bulk and of one billing come with the pages that say them. */
export async function loadPageWords(): Promise<void> {
  const [{ bank }, { receipts }, { emails }, { jobs, jobProblems }] = await Promise.all([
    import('./pt-bank'),
    import('./pt-receipts'),
    import('./pt-emails'),
    import('./pt-jobs'),
  ])
  Object.assign(pt.bank, bank)
  Object.assign(pt.receipts, receipts)
  Object.assign(pt.emails, emails)
  Object.assign(pt.jobs, jobs)
  Object.assign(pt.problems.byCode, jobProblems)
}
