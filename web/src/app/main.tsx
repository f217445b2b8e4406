import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'

import { App } from './app'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
// The page's server answers every path that is no file with the page.
createRoot(root).render(<App Router={BrowserRouter} />)
