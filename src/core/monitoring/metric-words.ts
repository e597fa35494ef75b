// Metrics as people call them, in sentences.

import type { Metric } from './assessment.ts'

export const metricWords: Readonly<Record<Metric, string>> = {
  accuracy: 'the share of right answers',
  rocAuc: 'the ROC area',
  f1: 'F1',
  precision: 'the precision',
  recall: 'the recall',
  specificity: 'the specificity',
  averagePrecision: 'the average precision',
  mcc: 'the Matthews correlation',
  brier: 'the Brier score',
  mae: 'the mean error',
  rmse: 'the root mean square error',
  bias: 'the bias',
  r2: 'R²',
}
