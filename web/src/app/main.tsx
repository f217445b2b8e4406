import { createRoot } from 'react-dom/client'
import { HashRouter } from 'react-router'

import { App } from './app'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
// Addresses after `#`: any file server can carry the page, without a rule for unknown paths.
createRoot(root).render(<App Router={HashRouter} />)
