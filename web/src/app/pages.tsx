import { lazy } from 'react'
import { Route, Routes } from 'react-router'

import { NotFoundPage } from './routes/not-found-page'
import { UploadsPage } from './routes/uploads-page'
import { Shell } from './shell'

const UploadPage = lazy(() => import('./routes/upload-page'))
const CheckPage = lazy(() => import('./routes/check-page'))
const RejectsPage = lazy(() => import('./routes/rejects-page'))
const EmailsPage = lazy(() => import('./routes/emails-page'))
const OutboxPage = lazy(() => import('./routes/outbox-page'))

/** The pages by their addresses. What the first one does not need is loaded when it is gone to. */
export function Pages() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<UploadsPage />} />
        <Route path="uploads/:uploadId" element={<UploadPage />} />
        <Route path="checks/new" element={<CheckPage />} />
        <Route path="checks/:checkId" element={<CheckPage />} />
        <Route path="uploads/:uploadId/rejects" element={<RejectsPage />} />
        <Route path="emails" element={<EmailsPage />} />
        <Route path="mailbox" element={<OutboxPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  )
}
