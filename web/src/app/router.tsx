import { createHashRouter, type RouteObject } from 'react-router'

import { CrashPage } from './routes/crash-page'
import { NotFoundPage } from './routes/not-found-page'
import { UploadsPage } from './routes/uploads-page'
import { Shell } from './shell'

export const routes: RouteObject[] = [
  {
    element: <Shell />,
    errorElement: <CrashPage />,
    children: [
      { index: true, element: <UploadsPage /> },
      {
        path: 'uploads/:uploadId',
        lazy: async () => ({ Component: (await import('./routes/upload-page')).UploadPage }),
      },
      {
        path: 'mailbox',
        lazy: async () => ({ Component: (await import('./routes/outbox-page')).OutboxPage }),
      },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]

/** Addresses after `#`: any file server can carry the page, without a rule for unknown paths. */
export function createRouter() {
  return createHashRouter(routes)
}
