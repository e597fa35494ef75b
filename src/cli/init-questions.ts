// The questions of `airworthy init`. Each is also an option, so that a script can answer it.

import { isCancel, select, text } from '@clack/prompts'
import { CliError, exitCodes } from './exit-codes.ts'
import { protocols, riskClasses, type InitAnswers } from './init-files.ts'

type Name = keyof InitAnswers
type Question = {
  readonly name: Name
  /** Of the option: `--<flag> <value>`. */
  readonly flag: string
  readonly message: string
  readonly suggested: (given: Partial<InitAnswers>) => string
  readonly choices?: readonly string[]
  /** What is wrong with an answer; undefined: nothing. */
  readonly fault?: (answer: string) => string | undefined
  /** Not asked when it does not apply. */
  readonly applies?: (given: Partial<InitAnswers>) => boolean
}

const notBlank = (answer: string) => (answer.trim() === '' ? 'It must not be blank.' : undefined)
const owner = (name: Name, role: string, message: string): Question => ({
  name,
  flag: role,
  message,
  suggested: () => role,
  fault: notBlank,
})

export const questions: readonly Question[] = [
  {
    name: 'name',
    flag: 'name',
    message: 'What is the use case called?',
    suggested: () => 'my-use-case',
    fault: (answer) =>
      /^[a-z][a-z0-9-]{0,62}$/.test(answer) ? undefined : 'Small letters, digits and hyphens, a letter first.',
  },
  {
    name: 'purpose',
    flag: 'purpose',
    message: 'What does it decide, in a sentence?',
    suggested: (given) => `Decide ${given.name ?? 'cases'}`,
    fault: notBlank,
  },
  {
    name: 'risk',
    flag: 'risk',
    message: 'How much could go wrong for people?',
    suggested: () => 'limited',
    choices: riskClasses,
  },
  owner('sponsor', 'sponsor', 'Who pays for it and decides whether it goes on?'),
  owner('productOwner', 'product-owner', 'Who owns the result?'),
  owner('techLead', 'tech-lead', 'Who owns the running system?'),
  owner('riskCompliance', 'risk-compliance', 'Who owns risk and compliance?'),
  owner('changeManager', 'change-manager', 'Who owns the change for the people concerned?'),
  {
    name: 'protocol',
    flag: 'protocol',
    message: 'How is the model called?',
    suggested: () => 'http',
    choices: protocols,
  },
  {
    name: 'target',
    flag: 'target',
    message: 'Where is the model? (its URL; for module and onnx its file)',
    suggested: ({ protocol }) =>
      protocol === 'module' ? 'model.ts' : protocol === 'onnx' ? 'model.onnx' : 'http://127.0.0.1:8080/predict',
    fault: notBlank,
  },
  {
    name: 'model',
    flag: 'model',
    message: 'What is the model called?',
    suggested: (given) => `${given.name ?? 'my-use-case'}-model`,
    fault: notBlank,
  },
  {
    name: 'modelVersion',
    flag: 'model-version',
    message: 'Which version of it?',
    suggested: () => '1',
    fault: notBlank,
  },
  {
    name: 'decisionField',
    flag: 'decision-field',
    message: 'Which member of its answer is the decision?',
    suggested: () => 'label',
    fault: notBlank,
  },
  {
    name: 'confidenceField',
    flag: 'confidence-field',
    message: 'Which member is its confidence, from 0 to 1? (none: leave empty)',
    suggested: () => 'confidence',
  },
  {
    name: 'threshold',
    flag: 'threshold',
    message: 'From which confidence may the system decide by itself?',
    suggested: () => '0.95',
    fault: (answer) =>
      answer.trim() !== '' && Number(answer) >= 0 && Number(answer) <= 1 ? undefined : 'A number from 0 to 1.',
    applies: ({ confidenceField }) => confidenceField !== '',
  },
]

/** Given answers stand; the others are asked, or suggested when nobody can be asked. Errors: CliError (wrong use). */
export async function answerQuestions(
  given: Partial<InitAnswers>,
  { ask }: { readonly ask: boolean },
): Promise<InitAnswers> {
  const answers: Partial<Record<Name, string>> = { ...given }
  for (const question of questions) {
    const answer = answers[question.name] ?? (await unanswered(question, { answers, ask }))
    const fault =
      question.choices?.includes(answer) === false ? `One of ${question.choices.join(', ')}.` : question.fault?.(answer)
    if (fault !== undefined)
      throw new CliError(exitCodes.wrongUse, `"${answer}" does not fit --${question.flag}.`, { hint: fault })
    answers[question.name] = answer
  }
  return answers as InitAnswers
}

async function unanswered(
  question: Question,
  { answers, ask }: { answers: Partial<InitAnswers>; ask: boolean },
): Promise<string> {
  const { message, choices, fault, applies } = question
  const suggested = question.suggested(answers)
  if (!ask || applies?.(answers) === false) return suggested
  const answer = choices
    ? await select({ message, options: choices.map((value) => ({ value })), initialValue: suggested })
    : await text({ message, initialValue: suggested, validate: (value) => fault?.(value ?? '') })
  if (isCancel(answer)) throw new CliError(exitCodes.wrongUse, 'Stopped; nothing was written.')
  return answer
}
