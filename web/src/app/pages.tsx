import { lazy } from 'react'
import { Route, Routes } from 'react-router'

import { loadOverviewWords, loadPageWords } from '@/lib/i18n/page-words'

import { NotFoundPage } from './routes/not-found-page'
import { UploadsPage } from './routes/uploads-page'
import { Shell } from './shell'

/** Loads a page that has words of its own, and them beside it. */
function withPageWords<T>(load: () => Promise<T>, loadWords = loadPageWords): () => Promise<T> {
  return async () => {
    const [page] = await Promise.all([load(), loadWords()])
    return page
  }
}

const HomePage = lazy(withPageWords(() => import('./routes/home-page'), loadOverviewWords))
const UploadPage = lazy(withPageWords(() => import('./routes/upload-page')))
const CheckPage = lazy(withPageWords(() => import('./routes/check-page')))
const RejectsPage = lazy(withPageWords(() => import('./routes/rejects-page')))
const EmailsPage = lazy(withPageWords(() => import('./routes/emails-page')))
const SearchPage = lazy(withPageWords(() => import('./routes/search-page')))
const PayerPage = lazy(withPageWords(() => import('./routes/payer-page')))
const BillingsPage = lazy(withPageWords(() => import('./routes/billings-page')))
const BillingPage = lazy(withPageWords(() => import('./routes/billing-page')))
const BankPage = lazy(withPageWords(() => import('./routes/bank-page')))
const ReturnsPage = lazy(withPageWords(() => import('./routes/returns-page')))
const ReturnPage = lazy(withPageWords(() => import('./routes/return-page')))
const ReceiptsPage = lazy(withPageWords(() => import('./routes/receipts-page')))
const OutboxPage = lazy(withPageWords(() => import('./routes/outbox-page')))

/** The pages by their addresses. What the first one does not need is loaded when it is gone to. */
export function Pages() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<HomePage />} />
        <Route path="envios" element={<UploadsPage />} />
        <Route path="envios/:uploadId" element={<UploadPage />} />
        <Route path="envios/novo/conferir" element={<CheckPage />} />
        <Route path="envios/:checkId/conferir" element={<CheckPage />} />
        <Route path="envios/:uploadId/rejeitadas" element={<RejectsPage />} />
        <Route path="emails" element={<EmailsPage />} />
        <Route path="busca" element={<SearchPage />} />
        <Route path="cobrancas" element={<BillingsPage />} />
        <Route path="cobrancas/:debtId" element={<BillingPage />} />
        <Route path="pagadores/:payerId" element={<PayerPage />} />
        <Route path="caixa-de-saida" element={<OutboxPage />} />
        <Route path="banco" element={<BankPage />} />
        <Route path="banco/retornos" element={<ReturnsPage />} />
        <Route path="banco/retornos/:returnId" element={<ReturnPage />} />
        <Route path="recebimentos" element={<ReceiptsPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  )
}
