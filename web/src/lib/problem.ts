import type { Problem } from './schemas'

/** Codes the page itself gives, where no answer came from the API. */
type LocalCode = 'NETWORK' | 'INTERRUPTED' | 'ANSWER_INVALID' | 'FILE_UNREADABLE'

/** A failed call: the API's problem+json, or a local code when there was no answer. */
export class ApiProblem extends Error {
  readonly code: string
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** The API's own words; empty when no answer came. */
  readonly detail: string

  constructor(code: string, status: number, detail: string) {
    super(detail || code)
    this.name = 'ApiProblem'
    this.code = code
    this.status = status
    this.detail = detail
  }

  static local(code: LocalCode, detail = ''): ApiProblem {
    return new ApiProblem(code, 0, detail)
  }
}

const CODE_BY_STATUS: Record<number, string> = {
  401: 'UNAUTHORIZED',
  403: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  413: 'UPLOAD_TOO_LARGE',
  415: 'MEDIA_TYPE_INVALID',
  507: 'STORAGE_FULL',
}

function fallbackCode(status: number): string {
  return CODE_BY_STATUS[status] ?? (status >= 500 ? 'SERVER' : 'ERROR')
}

function parseJson(body: string): Partial<Problem> | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' ? value : null
  } catch {
    // A proxy's HTML page instead of problem+json: the status alone must do.
    return null
  }
}

/** Read the problem from an error answer, whatever its body is. */
export function problemFromBody(status: number, body: string): ApiProblem {
  const problem = parseJson(body)
  const code = typeof problem?.code === 'string' ? problem.code : fallbackCode(status)
  const detail = typeof problem?.detail === 'string' ? problem.detail : ''
  return new ApiProblem(code, status, detail)
}

/** Anything thrown, as a problem that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  if (error instanceof TypeError) return ApiProblem.local('NETWORK', error.message)
  return ApiProblem.local('ANSWER_INVALID', error instanceof Error ? error.message : String(error))
}
