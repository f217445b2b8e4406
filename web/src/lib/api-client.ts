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

/** A path with a filter that is written already, and more beside it. */
export function filteredPath(path: string, filter: string, values: QueryValues = {}): string {
  const more = withQuery('', values).slice(1)
  const query = [filter, more].filter((part) => part !== '').join('&')
  return query === '' ? path : `${path}?${query}`
}

export function apiPath(strings: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: strings }, ...values.map(encodeURIComponent))
}

type CallOptions = {
  method?: string
  signal?: AbortSignal | undefined
  accept?: string
  /** JSON as a text, or a form. */
  body?: string | FormData
  /** In which language the answer is wanted. */
  language?: string
  /** Sent again under the same key, it is done once. */
  idempotencyKey?: string | undefined
}

/** One call; throws ApiProblem unless the answer is 2xx. An aborted call keeps its AbortError. */
export async function callApi(path: string, options: CallOptions = {}): Promise<Response> {
  const key = getApiKey()
  let response: Response
  try {
    response = await fetch((await getApiUrl()) + path, {
      method: options.method ?? 'GET',
      headers: {
        Accept: options.accept ?? 'application/json',
        ...(typeof options.body === 'string' && { 'Content-Type': 'application/json' }),
        ...(options.language !== undefined && { 'Accept-Language': options.language }),
        ...(options.idempotencyKey !== undefined && { 'Idempotency-Key': options.idempotencyKey }),
        ...authorizationHeader(key),
      },
      body: options.body ?? null,
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

export async function getBlob(
  path: string,
  accept: string,
  options: Pick<CallOptions, 'signal' | 'language'> = {},
): Promise<Blob> {
  const response = await callApi(path, { accept, ...options })
  return response.blob()
}

/** Send what a person has written or chosen. */
export async function postBody<T>(path: string, content: object, idempotencyKey?: string): Promise<T> {
  const body = content instanceof FormData ? content : JSON.stringify(content)
  return (await callApi(path, { method: 'POST', body, idempotencyKey })).json() as Promise<T>
}

/** Ask for a change; its answer, where it has one. */
export async function postTo<T>(path: string): Promise<T> {
  const response = await callApi(path, { method: 'POST' })
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** Change a part of something; what it is then. */
export async function patchAt<T>(path: string, json: unknown): Promise<T> {
  const response = await callApi(path, { method: 'PATCH', body: JSON.stringify(json) })
  return (await response.json()) as T
}

export async function deleteResource(path: string): Promise<void> {
  await callApi(path, { method: 'DELETE' })
}
