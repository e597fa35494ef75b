// Limits of assessments that clients say before one is made. Without schemas: what only says them need not load those.

/** Calls of the model that robustness costs at most. */
export const robustnessCallsMax = 8_200
