import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useNavigate } from 'react-router'

import { apiPath, deleteResource, patchAt, postTo } from '@/lib/api-client'
import { paths } from '@/lib/paths'
import { asProblem } from '@/lib/problem'
import type { CheckChange, UploadAnswer, UploadCheck } from '@/lib/schemas'

import { uploadsQuery } from '../../api/get-uploads'

import { checkQuery, checksQuery } from './get-checks'

/** What tells that the check is another than is shown: started elsewhere, or gone. */
const OUTDATED = ['CHECK_STARTED', 'CONFLICT', 'NOT_FOUND']

/** Do something with a check; what is shown of it is read again when it was outdated. */
function useAct(checkId: string) {
  const client = useQueryClient()
  return useCallback(
    async <T>(act: Promise<T>): Promise<T> => {
      try {
        return await act
      } catch (error) {
        if (OUTDATED.includes(asProblem(error).code)) {
          await client.invalidateQueries({ queryKey: checkQuery(checkId).queryKey })
        }
        throw error
      }
    },
    [client, checkId],
  )
}

/** Read the file again in another way; the answer takes the place of what was shown. */
export function useChangeCheck(checkId: string) {
  const client = useQueryClient()
  const act = useAct(checkId)
  return useMutation({
    mutationFn: (change: Partial<CheckChange>) =>
      act(patchAt<UploadCheck>(apiPath`/uploads/checks/${checkId}`, change)),
    onSuccess: (check) => {
      client.setQueryData(checkQuery(checkId).queryKey, check)
      void client.invalidateQueries({ queryKey: checksQuery.queryKey })
    },
  })
}

/** Bill the file as it was read last, and go to its upload. */
export function useStartCheck(checkId: string): () => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  const act = useAct(checkId)
  return async () => {
    const answer = await act(postTo<UploadAnswer>(apiPath`/uploads/checks/${checkId}/start`))
    void client.invalidateQueries({ queryKey: ['checks'], refetchType: 'none' })
    void client.invalidateQueries({ queryKey: uploadsQuery.queryKey })
    await navigate(paths.upload(answer.upload_id))
  }
}

/** Let the file go: nothing of it was billed. */
export function useDiscardCheck(checkId: string): () => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    try {
      await deleteResource(apiPath`/uploads/checks/${checkId}`)
    } catch (error) {
      // Gone is what was asked for.
      if (asProblem(error).code !== 'NOT_FOUND') throw error
    }
    await navigate(paths.uploads)
    client.removeQueries({ queryKey: checkQuery(checkId).queryKey })
    await client.invalidateQueries({ queryKey: checksQuery.queryKey })
  }
}
