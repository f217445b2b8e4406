/** The one call that needs XMLHttpRequest: fetch does not tell how much of a body has gone out. */
import { authorizationHeader, getApiKey, reportUnauthorized } from '@/lib/api-key'
import { getApiUrl } from '@/lib/config'
import { ApiProblem, asProblem, problemFromBody } from '@/lib/problem'
import type { UploadCheck } from '@/lib/schemas'

type SendFileOptions = {
  file: File
  signal: AbortSignal
  onProgress: (bytesSent: number, bytesTotal: number) => void
  /** All bytes have gone out; the answer is still to come. */
  onDelivered: () => void
}

function settle(
  request: XMLHttpRequest,
  key: string | null,
  resolve: (answer: UploadCheck) => void,
  reject: (problem: ApiProblem) => void,
): void {
  if (request.status === 401) reportUnauthorized(key)
  if (request.status < 200 || request.status > 299) {
    reject(problemFromBody(request.status, request.responseText))
    return
  }
  try {
    resolve(JSON.parse(request.responseText) as UploadCheck)
  } catch (error) {
    reject(asProblem(error))
  }
}

/** Moved or changed since it was chosen, or a folder: the browser cannot send it, and does not say why. */
async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer()
    return true
  } catch {
    return false
  }
}

/** Send the file as multipart, to be checked. Rejects with ApiProblem; code ABORTED when cancelled by the signal. */
export async function sendFile(options: SendFileOptions): Promise<UploadCheck> {
  const apiUrl = await getApiUrl().catch((error: unknown) => {
    throw asProblem(error)
  })
  const key = getApiKey()
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) {
      reject(new ApiProblem('ABORTED', 0, ''))
      return
    }
    const request = new XMLHttpRequest()
    request.open('POST', `${apiUrl}/uploads/checks`)
    request.setRequestHeader('Accept', 'application/json')
    for (const [name, value] of Object.entries(authorizationHeader(key))) {
      request.setRequestHeader(name, value)
    }
    let begun = false
    request.upload.addEventListener('progress', (event) => {
      begun = true
      options.onProgress(event.loaded, event.total)
    })
    request.upload.addEventListener('load', options.onDelivered)
    request.addEventListener('load', () => settle(request, key, resolve, reject))
    request.addEventListener('error', () => {
      const code = begun ? 'INTERRUPTED' : 'NETWORK'
      void isReadable(options.file).then((readable) =>
        reject(ApiProblem.local(readable ? code : 'FILE_UNREADABLE')),
      )
    })
    options.signal.addEventListener('abort', () => {
      request.abort()
      reject(new ApiProblem('ABORTED', 0, ''))
    })
    const form = new FormData()
    form.append('file', options.file, options.file.name)
    request.send(form)
  })
}
