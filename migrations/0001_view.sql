-- The view of the log. Everything here can be dropped and made again from the log (`airworthy rebuild`),
-- so there is nothing here that the log does not say: no sequences, no defaults from the clock.
--
-- Contents (inputs, outputs, manifests, comments) are not here: they are payloads beside the log, in one place,
-- so that erasing them there erases them.

-- One row. `position` is the next log index to project; it is committed with the rows it produced.
create table projection (
  only_row boolean primary key default true check (only_row),
  origin   text   not null,
  position bigint not null
);

create table use_case (
  name       text        primary key,
  revision   integer     not null,
  updated_at timestamptz not null
);

create table use_case_revision (
  use_case   text        not null,
  revision   integer     not null,
  log_index  bigint      not null,
  digest     text        not null,
  applied_at timestamptz not null,
  by_key     text        not null,
  by_name    text        not null,
  primary key (use_case, revision)
);

create table api_key (
  id         text        primary key,
  log_index  bigint      not null,
  name       text        not null,
  hash       text        not null,
  scopes     jsonb       not null,
  roles      jsonb       not null,
  created_at timestamptz not null,
  created_by text        not null,
  revoked_at timestamptz,
  revoked_by text
);

create table decision (
  log_index     bigint           primary key,
  id            uuid             not null unique,
  use_case      text             not null,
  revision      integer          not null,
  origin        text             not null,
  at            timestamptz      not null,
  status        text             not null,
  route         text             not null,
  reason        text             not null,
  arm           text             not null,
  model_name    text,
  model_version text,
  confidence    double precision,
  value         jsonb,            -- what the model or the fallback decided
  final_value   jsonb,            -- what stands now: the person's answer where there was one
  subject_ref   text,             -- pseudonym, kept while the payload is kept
  duration_ms   real             not null,
  label         jsonb,
  label_at      timestamptz
);
create index decision_by_use_case on decision (use_case, log_index desc);
create index decision_by_time     on decision (at);
create index decision_by_subject  on decision (subject_ref, log_index desc) where subject_ref is not null;

-- Figures by day, counted as decisions come, so that no page has to count a table.
create table decision_count (
  use_case      text   not null,
  day           date   not null,
  route         text   not null,
  reason        text   not null,
  arm           text   not null,
  n             bigint not null,
  primary key (use_case, day, route, reason, arm)
);

create table review (
  decision      uuid        primary key,
  use_case      text        not null,
  kind          text        not null,
  log_index     bigint      not null,   -- of its decision; the order of the queue
  opened_at     timestamptz not null,
  due_at        timestamptz,
  claims        integer     not null,   -- how many times it was claimed; makes claims conditional
  claimed_by    text,
  claimed_name  text,
  claimed_until timestamptz,
  done_at       timestamptz,
  done_by       text,
  done_name     text,
  done_index    bigint,                 -- of the review-decided entry
  verdict       text,
  reason        text,
  agrees        boolean
);
create index review_open on review (use_case, log_index) where done_at is null;
create index review_done on review (use_case, done_at desc) where done_at is not null;

create table action (
  id          text        primary key,
  decision    uuid        not null,
  use_case    text        not null,
  position    integer     not null,   -- in the manifest's `actions`
  revision    integer     not null,   -- of the manifest that declares it
  status      text        not null,   -- queued | delivered | dead
  attempts    integer     not null,
  next_at     timestamptz,            -- when to try next; null when there is nothing to try
  last_error  text,
  queued_at   timestamptz not null,
  ended_at    timestamptz,
  log_index   bigint      not null    -- of the entry that queued it
);
create index action_due  on action (next_at) where status = 'queued';
create index action_list on action (status, log_index desc);
create index action_by_decision on action (decision);

create table outcome (
  log_index   bigint      primary key,
  decision    uuid,                   -- named by the caller; for a label known by subject, the subject's latest then
  use_case    text,
  subject_ref text,
  label       jsonb,
  kpi         jsonb       not null,
  at          timestamptz not null,
  recorded_at timestamptz not null
);
create index outcome_by_decision on outcome (decision) where decision is not null;

-- Counts behind accuracy, by the week in which the decision was made: late labels update the week they belong to.
-- Model and final answer are counted apart: a decision that waits for a person has a model's value and no final one, and
-- one made without a model has it the other way round.
create table accuracy_count (
  use_case       text   not null,
  model_version  text   not null,      -- empty when no model took part
  week           date   not null,      -- Monday, UTC
  n              bigint not null,      -- decisions with a value, the model's or the final one
  labelled       bigint not null,      -- of these, those with a label
  model_labelled bigint not null,      -- with a label and a model's value
  model_correct  bigint not null,      -- the model's value equals the label
  final_labelled bigint not null,      -- with a label and a final value
  final_correct  bigint not null,      -- what was finally decided equals the label
  primary key (use_case, model_version, week)
);
