// The counts behind accuracy, kept as decisions, final values and labels come.
//
// What a decision adds to the counts is a function of the decision as it stands. So a change adds what it is now and takes
// away what it was before, and the order in which labels and people's decisions arrive does not matter.

/**
 * The end of a statement that has a CTE `change` with: use_case, model_version, at, existed (was it there before),
 * value, old_final, old_label, new_final, new_label.
 */
export const addAccuracyChanges = `
insert into accuracy_count (
  use_case, model_version, week, n, labelled, model_labelled, model_correct, final_labelled, final_correct)
select use_case, coalesce(model_version, ''), date_trunc('week', at at time zone 'UTC')::date,
  ${added('true')},
  ${added('%label is not null')},
  ${added('%label is not null and value is not null')},
  ${added('%label is not null and value is not null and value = %label')},
  ${added('%label is not null and %final is not null')},
  ${added('%label is not null and %final is not null and %final = %label')}
from change
where value is not null or new_final is not null
group by 1, 2, 3
on conflict (use_case, model_version, week) do update set
  n              = accuracy_count.n              + excluded.n,
  labelled       = accuracy_count.labelled       + excluded.labelled,
  model_labelled = accuracy_count.model_labelled + excluded.model_labelled,
  model_correct  = accuracy_count.model_correct  + excluded.model_correct,
  final_labelled = accuracy_count.final_labelled + excluded.final_labelled,
  final_correct  = accuracy_count.final_correct  + excluded.final_correct`

/** Counts a decision when it has a value to compare, the model's or the final one, and `condition` holds. */
function added(condition: string): string {
  const is = condition.replaceAll('%', 'new_')
  const was = condition.replaceAll('%', 'old_')
  return `count(*) filter (where ${is})
    - count(*) filter (where existed and (value is not null or old_final is not null) and ${was})`
}
