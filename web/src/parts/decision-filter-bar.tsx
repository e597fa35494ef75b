// The filters of the list of decisions. They live in the address (decision-filters.ts); this only shows and changes them.

import { useQuery } from '@tanstack/react-query'
import { useNow, useServices } from '../app/services.ts'
import { armWords, routeWords, statusVerdicts } from '../text/words.ts'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import {
  armChoices,
  fromLocalInput,
  hoursAgo,
  routeChoices,
  statusChoices,
  toLocalInput,
  withFilter,
  type DecisionFilters,
} from './decision-filters.ts'

type BarProps = {
  readonly filters: DecisionFilters
  readonly onChange: (filters: DecisionFilters) => void
  /** Reasons seen so far, offered for choosing. */
  readonly reasons: readonly string[]
}

export function DecisionFilterBar({ filters, onChange, reasons }: BarProps) {
  const { queries } = useServices()
  const now = useNow()
  const { data } = useQuery(queries.allUseCases())
  const set = (name: keyof DecisionFilters) => (event: { target: { value: string } }) =>
    onChange(withFilter(filters, name, event.target.value))
  const names = new Set([
    ...(data?.items ?? []).map((useCase) => useCase.name),
    ...(filters.useCase ? [filters.useCase] : []),
  ])
  const known = new Set([...reasons, ...(filters.reason ? [filters.reason] : [])])
  const any: readonly [string, string] = ['', 'any']

  return (
    <search aria-label="Filters" className="mb-4 block">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-7">
        <SelectField
          label="Use case"
          isCompact
          value={filters.useCase ?? ''}
          onChange={set('useCase')}
          options={[any, ...[...names].map((name) => [name, name] as const)]}
        />
        <SelectField
          label="Route"
          isCompact
          value={filters.route ?? ''}
          onChange={set('route')}
          options={[any, ...routeChoices.map((route) => [route, `${route}: ${routeWords[route]}`] as const)]}
        />
        <SelectField
          label="Status"
          isCompact
          value={filters.status ?? ''}
          onChange={set('status')}
          options={[any, ...statusChoices.map((status) => [status, statusVerdicts[status].word] as const)]}
        />
        <SelectField
          label="Reason"
          isCompact
          value={filters.reason ?? ''}
          onChange={set('reason')}
          options={[any, ...[...known].sort().map((reason) => [reason, reason] as const)]}
        />
        <SelectField
          label="Arm"
          isCompact
          value={filters.arm ?? ''}
          onChange={set('arm')}
          options={[any, ...armChoices.map((arm) => [arm, armWords[arm]] as const)]}
        />
        <TextField
          label="From"
          isCompact
          type="datetime-local"
          value={toLocalInput(filters.from)}
          onChange={(event) => onChange(withFilter(filters, 'from', fromLocalInput(event.target.value)))}
        />
        <TextField
          label="Until"
          isCompact
          type="datetime-local"
          value={toLocalInput(filters.to)}
          onChange={(event) => onChange(withFilter(filters, 'to', fromLocalInput(event.target.value)))}
        />
      </div>
      <div className="mt-2 flex flex-wrap gap-1">
        <Button kind="quiet" onClick={() => onChange(withFilter(filters, 'from', hoursAgo(1, now)))}>
          Last hour
        </Button>
        <Button kind="quiet" onClick={() => onChange(withFilter(filters, 'from', hoursAgo(24, now)))}>
          Last 24 hours
        </Button>
        <Button kind="quiet" onClick={() => onChange(withFilter(filters, 'from', hoursAgo(24 * 7, now)))}>
          Last 7 days
        </Button>
        {Object.keys(filters).length > 0 ? (
          <Button kind="quiet" onClick={() => onChange({})}>
            Clear all filters
          </Button>
        ) : null}
      </div>
    </search>
  )
}
