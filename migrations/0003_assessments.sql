-- Assessments that are kept with a use case. What was found lies beside its entry on the log; whether it still does, table
-- content says.

create table assessment (
  log_index      bigint      primary key,
  id             text        not null unique,
  use_case       text        not null,
  at             timestamptz not null,
  by_key         text        not null,
  by_name        text        not null,
  source         text        not null,
  verdict        text        not null,
  headline       text        not null,
  findings       jsonb       not null,  -- {critical, warning, notice}
  reference      jsonb       not null,  -- {rows, from, to}
  live           jsonb       not null,
  digest         text        not null
);
create index assessment_by_use_case on assessment (use_case, log_index);
