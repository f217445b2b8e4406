/** Files of the API, saved by the browser itself where it can follow a link. */
import { getBlob } from './api-client'
import { getApiKey } from './api-key'
import { getApiUrl } from './config'
import { followDownload, saveBlob } from './save-blob'

/** Save an answer as a file: nothing of it is held here, unless a link could not carry the key. */
export async function download(path: string, type: string, name: string): Promise<void> {
  if (getApiKey() === null) followDownload((await getApiUrl()) + path, name)
  else saveBlob(await getBlob(path, type), name)
}
