/** Calls to the API: address, key and errors in one place. Nothing is shown from here. */
import { authorizationHeader, getApiKey, reportUnauthorized } from './api-key'
import { getApiUrl } from './config'
import { ApiProblem, asProblem, problemFromBody } from './problem'

export type QueryValues = Record<string, string | number | null | undefined>

/** `/path?a=1`, without the values that are empty. */
export function withQuery(path: string, values: QueryValues): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value))
  }
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

export function apiPath(strings: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: strings }, ...values.map(encodeURIComponent))
}

type CallOptions = { method?: string; signal?: AbortSignal | undefined; accept?: string; json?: unknown }

/** One call; throws ApiProblem unless the answer is 2xx. An aborted call keeps its AbortError. */
export async function callApi(path: string, options: CallOptions = {}): Promise<Response> {
  const key = getApiKey()
  const headers = { Accept: options.accept ?? 'application/json', ...authorizationHeader(key) }
  let response: Response
  try {
    response = await fetch((await getApiUrl()) + path, {
      method: options.method ?? 'GET',
      headers: options.json === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
      body: options.json === undefined ? null : JSON.stringify(options.json),
      signal: options.signal ?? null,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw ApiProblem.local('NETWORK', error instanceof Error ? error.message : '')
  }
  if (response.ok) return response
  if (response.status === 401) reportUnauthorized(key)
  throw problemFromBody(response.status, await response.text())
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await callApi(path, { signal })
  try {
    return (await response.json()) as T
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw asProblem(error instanceof SyntaxError ? new Error(error.message) : error)
  }
}

export async function getBlob(path: string, accept: string, signal?: AbortSignal): Promise<Blob> {
  const response = await callApi(path, { accept, signal })
  return response.blob()
}

/** Ask for a change; its answer, where it has one. */
export async function postTo<T>(path: string): Promise<T> {
  const response = await callApi(path, { method: 'POST' })
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** Change a part of something; what it is then. */
export async function patchAt<T>(path: string, json: unknown): Promise<T> {
  const response = await callApi(path, { method: 'PATCH', json })
  return (await response.json()) as T
}

export async function deleteResource(path: string): Promise<void> {
  await callApi(path, { method: 'DELETE' })
}
