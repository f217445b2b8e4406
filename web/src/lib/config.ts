/** Where the API is. The page's own server tells it at run time, so one build serves every installation. */

const API_PORT_DEFAULT = 8000

type RuntimeConfig = { apiUrl: string | null }

let apiUrl: Promise<string> | null = null

async function readConfig(): Promise<RuntimeConfig> {
  // Its server forbids that it is kept; asked for in any other way, it would not be the preloaded one.
  const response = await fetch('/config.json')
  if (!response.ok) throw new Error(`config.json: ${response.status}`)
  return (await response.json()) as RuntimeConfig
}

/** The API's address without a closing slash; an empty one means the page's own server. */
export function resolveApiUrl(config: RuntimeConfig, page: Location): string {
  if (config.apiUrl === null) return `${page.protocol}//${page.hostname}:${API_PORT_DEFAULT}`
  return config.apiUrl.replace(/\/+$/, '')
}

/** Read the configuration once; a failure is not kept, so that a retry reads it again. */
export function getApiUrl(): Promise<string> {
  apiUrl ??= readConfig()
    .then((config) => resolveApiUrl(config, window.location))
    .catch((error: unknown) => {
      apiUrl = null
      throw error
    })
  return apiUrl
}
