// The proof of one decision, as far as it is: fetches the receipt (the server answers once a checkpoint covers the decision),
// checks it in the browser, and checks again when another receipt or another key comes.

import { queryOptions, skipToken, useQuery } from '@tanstack/react-query'
import { isCode } from '../api/failure.ts'
import { useServices } from '../app/services.ts'
import { checkReceipt } from '../proof/check-receipt.ts'
import { findProofCrypto } from '../proof/proof-crypto.ts'
import { isHidden, proofState, type ProofState, type ProvableDecision } from '../proof/proof-state.ts'

export type Proof = {
  readonly state: ProofState
  readonly receipt: string | undefined
  /** The log's key that signed the receipt, else the one in force; what an outsider configures. */
  readonly vkey: string | undefined
  /** Fetches the receipt again: under the newest checkpoint, with what witnesses signed meanwhile. */
  readonly renew: () => void
  readonly isRenewing: boolean
}

const proofCryptoQuery = queryOptions({
  queryKey: ['proof-crypto'],
  // Typed as always there; without HTTPS it is not.
  queryFn: () => findProofCrypto(globalThis.crypto.subtle as SubtleCrypto | undefined),
  staleTime: Infinity,
  gcTime: Infinity,
  networkMode: 'always',
})

export function useProofCrypto() {
  return useQuery(proofCryptoQuery)
}

export function useProof(decision: ProvableDecision): Proof {
  const { queries } = useServices()
  const crypto = useProofCrypto()
  const log = useQuery({ ...queries.log(), refetchInterval: false, staleTime: 60_000 })
  const receipt = useQuery({ ...queries.receipt(decision.id), enabled: !isHidden(decision) })
  const keys = {
    log: (log.data?.keys ?? []).map((key) => key.vkey),
    witnesses: (log.data?.witnesses ?? []).map((witness) => witness.vkey),
  }
  const found = crypto.data?.kind === 'found' ? crypto.data.crypto : undefined
  const check = useQuery({
    queryKey: ['proof-check', decision.id, receipt.dataUpdatedAt, keys],
    queryFn:
      found === undefined || receipt.data === undefined || log.data === undefined
        ? skipToken
        : () => checkReceipt(receipt.data, keys, found),
    staleTime: Infinity,
    networkMode: 'always',
  })
  const signer = check.data?.signatures.find(({ of, holds }) => of === 'log' && holds)?.id
  return {
    state: proofState({
      decision,
      crypto: crypto.data,
      receipt: receipt.data,
      check: check.data,
      error: crypto.error ?? receipt.error ?? log.error ?? check.error,
      isPending: isCode(receipt.error, 'checkpoint_pending'),
    }),
    receipt: receipt.data,
    vkey: log.data?.keys.find((key) => key.id === signer)?.vkey ?? log.data?.vkey,
    renew: () => void receipt.refetch(),
    isRenewing: receipt.isFetching,
  }
}
