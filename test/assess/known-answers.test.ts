// Real data whose answers were published or measured by others. They are not part of the project.

import { describe, expect, it } from 'vitest'
import { assessed, cut, dataFile, findingsOf, halves, hasData, isJsonSafe, skipped } from '../support/assess-data.ts'

const onData = hasData ? describe : describe.skip

onData(`known answers (skipped where ${skipped})`, () => {
  it('elec2: the market opens at row 17,424, and the last value is the rival to beat', async () => {
    const pilot = await cut('elec2/elec.csv.gz', 'select * exclude (r) from $1 where r < 10000')
    const assessment = await assessed(pilot, dataFile('elec2/elec.csv.gz'), { target: 'class', chunk: '5000' })
    expect(assessment.verdict).toBe('gap')
    for (const name of ['vicprice', 'vicdemand', 'transfer']) {
      const column = assessment.columns.find((one) => one.name === name)
      // Row 17,424 is in chunk 3; nothing happens before.
      expect(column?.chunks.map(({ verdict }) => verdict).slice(0, 4)).toEqual(['none', 'none', 'none', 'act'])
      // It lasts from the second chunk on.
      expect(column?.chunks.map(({ lasting }) => lasting).slice(2, 5)).toEqual(['none', 'none', 'act'])
    }
    const rival = assessment.performance?.baselines.find(({ name, data }) => name === 'last-value' && data === 'live')
    expect(rival?.rival.value).toBeCloseTo(0.8533, 3)
    expect(findingsOf(assessment, 'drift').some(({ message }) => message.includes('chunk 3'))).toBe(true)
    expect(isJsonSafe(assessment)).toBe(true)
  })

  it('nannyml_california: the published estimates, one alarm, and no trust in the months that went wrong', async () => {
    const folder = 'nannyml_california/california_housing_'
    const { performance } = await assessed(
      dataFile(`${folder}reference.csv.gz`),
      dataFile(`${folder}analysis.csv.gz`),
      { chunk: '1mo' },
    )
    const month = (name: string) => performance?.chunks.find(({ from }) => String(from).startsWith(name))
    expect(month('2022-03')?.estimated.rocAuc?.value).toBeCloseTo(0.829077, 3)
    expect(month('2022-04')?.estimated.rocAuc?.value).toBeCloseTo(0.910661, 3)
    const alarms = performance?.chunks
      .filter(({ estimated }) => estimated.rocAuc?.alarm === true)
      .map(({ from }) => String(from).slice(0, 7))
    expect(alarms).toEqual(['2021-09'])
    for (const wrong of ['2021-11', '2022-03']) {
      expect(month(wrong)?.trustworthy).toBe(false)
      expect(month(wrong)?.why).not.toBe('')
    }
  })

  it('nannyml_titanic: missing and unseen values as counted, and the columns that were filled in afterwards', async () => {
    const assessment = await assessed(
      dataFile('nannyml_titanic/titanic_reference.csv'),
      dataFile('nannyml_titanic/titanic_analysis.csv'),
      {
        target: 'Survived',
      },
    )
    const quality = (name: string) => assessment.columns.find((column) => column.name === name)?.quality
    expect(quality('Age')?.nullRate).toMatchObject({ reference: 177 / 891, live: 86 / 418 })
    expect(quality('boat')?.nullRate).toMatchObject({ reference: 561 / 891, live: 262 / 418 })
    // 248 different tickets that the pilot did not have, in 266 rows; a sample like the pilot would have about as many new ones.
    expect(quality('Ticket')?.unseenRate).toMatchObject({ live: 266 / 418, verdict: 'none' })
    expect(quality('boat')?.unseen).toHaveLength(3)
    expect(quality('Embarked')?.unseenRate.live).toBe(0)
    expect(findingsOf(assessment, 'leak').map(({ evidence }) => evidence['column'])).toEqual(
      expect.arrayContaining(['boat', 'body']),
    )
  })

  it('banking77: questions out of scope are found, and the test set is no gap', async () => {
    const pilot = dataFile('banking77/train.csv.gz')
    const same = await assessed(pilot, dataFile('banking77/test.csv'), { target: 'category' })
    expect(same.findings.filter(({ severity }) => severity !== 'notice')).toEqual([])
    expect(same.headline).toMatch(/^The live data look like the pilot’s; nothing says yet how good the model is/)
    const foreign = await cut('banking77/oos.csv', "select text, label as category from $1 where kind = 'ood-oos'")
    const assessment = await assessed(pilot, foreign, { target: 'category' })
    expect(assessment.verdict).toBe('gap')
    expect(findingsOf(assessment, 'out-of-scope')).toHaveLength(2)
  })

  it.each([
    ['hmda_boston/HMDA.csv', { target: 'deny', positive: 'no', groups: ['afam'] }, 'yes', 0.717, 0.79],
    [
      'german_credit/german_data_credit.csv',
      { target: 'class-label', positive: '1', groups: ['sex'] },
      'female',
      0.648,
      0.897,
    ],
    ['adult/adults.csv.gz', { target: 'class', positive: '>50K', groups: ['sex'] }, 'Female', 0.109, 0.36],
  ])('%s: rates and ratios as documented', async (path, options, group, rate, ratio) => {
    const { fairness } = await assessed(dataFile(path), dataFile(path), options)
    const row = fairness.find((one) => one.group === group && one.data === 'reference')
    expect(row?.selectionRate.value).toBeCloseTo(rate, 2)
    expect(row?.ratio.value).toBeCloseTo(ratio, 2)
  })

  it('german_credit: the young are granted credit four fifths as often, which a thousand rows do not prove', async () => {
    const aged = await cut(
      'german_credit/german_data_credit.csv',
      "select * exclude (r), case when age::int <= 25 then 'up to 25' else 'over 25' end as age_group from $1",
    )
    const found = await assessed(aged, aged, {
      target: 'class-label',
      positive: '1',
      groups: ['age_group', 'foreign-worker'],
    })
    const row = (group: string) => found.fairness.find((one) => one.group === group && one.data === 'reference')
    expect(row('up to 25')?.selectionRate.value).toBeCloseTo(0.579, 3)
    expect(row('over 25')?.selectionRate.value).toBeCloseTo(0.728, 3)
    expect(row('up to 25')?.ratio.value).toBeCloseTo(0.795, 3)
    expect(row('up to 25')?.verdict).toBe('insufficient')
    expect(row('no')?.selectionRate.value).toBeCloseTo(0.892, 3)
    expect(row('yes')?.selectionRate.value).toBeCloseTo(0.6927, 3)
    expect(findingsOf(found, 'bias')).toEqual([])
    expect(
      findingsOf(found, 'too-little-data')
        .map(({ message }) => message)
        .join(),
    ).toContain('“age_group: up to 25”')
  })

  it('adult: rates by race as documented, and a gap between women and men that chance does not explain', async () => {
    const found = await assessed(dataFile('adult/adults.csv.gz'), dataFile('adult/adults.csv.gz'), {
      target: 'class',
      positive: '>50K',
      groups: ['race', 'sex'],
    })
    const rate = (group: string) =>
      found.fairness.find((one) => one.group === group && one.data === 'reference')?.selectionRate.value ?? 0
    expect(rate('Black')).toBeCloseTo(0.121, 3)
    expect(rate('White')).toBeCloseTo(0.254, 3)
    expect(rate('Black') / rate('White')).toBeCloseTo(0.476, 2)
    expect(findingsOf(found, 'bias').map(({ evidence }) => evidence['column'])).toEqual(['race', 'sex'])
  })

  it('scms_delivery, until 2009 and since: late deliveries first, order numbers not at all, nothing forbidden', async () => {
    const day = (column: string) => `strptime("${column}", '%d-%b-%y')`
    const part = (where: string) =>
      cut(
        'scms_delivery/scms_until_2011.csv.gz',
        `select * exclude (r), case when ${day('Delivered to Client Date')} > ${day('Scheduled Delivery Date')} then 'yes' else 'no' end as late from $1 where year(${day('Delivered to Client Date')}) ${where} order by ${day('Delivered to Client Date')}`,
      )
    const options = { target: 'late', timestamp: 'Delivered to Client Date', chunk: '1mo' }
    const found = await assessed(await part('< 2010'), await part('>= 2010'), options)
    expect(found.findings.filter(({ severity }) => severity === 'critical')).toEqual([])
    expect(found.findings[0]?.message).toMatch(/“late”: yes was 2\.\d % of rows and is 19 %/)
    const kinds = new Map(found.columns.map(({ name, kind }) => [name, kind]))
    for (const name of ['PQ #', 'PO / SO #', 'ASN/DN #']) expect(kinds.get(name), name).toBe('id')
    for (const name of ['PQ First Sent to Client Date', 'PO Sent to Vendor Date'])
      expect(kinds.get(name), name).toBe('datetime')
    for (const name of ['Weight (Kilograms)', 'Freight Cost (USD)']) expect(kinds.get(name), name).toBe('numeric')
    expect(found.columns.every(({ chunks }) => chunks.length === 24)).toBe(true)
    expect(isJsonSafe(found)).toBe(true)
  })

  it('nyc_taxis: a trip’s minutes from the first of the month are as well told at its end', async () => {
    const rows = (where: string) =>
      cut(
        'nyc_taxis/taxis.csv.gz',
        `select pickup, distance, pickup_borough, color, round(3.2 + 3.7 * distance::double, 1) as prediction, date_diff('second', pickup::timestamp, dropoff::timestamp) / 60.0 as minutes from $1 where pickup ${where} order by pickup`,
      )
    const found = await assessed(await rows("< '2019-03-20'"), await rows(">= '2019-03-20'"), {
      target: 'minutes',
      timestamp: 'pickup',
    })
    expect(found.verdict).toBe('ready')
    expect(found.headline).toMatch(
      /^The mean error was [34]\.\d+ in the pilot, live [34]\.\d+ ± 0\.\d+: no gap found\.$/,
    )
    expect(found.performance?.baselines.every(({ beaten }) => beaten === true)).toBe(true)
  })

  it('lending_club: the lender’s own score is named', async () => {
    const [pilot, live] = await halves('lending_club/lending_club.csv.gz')
    const assessment = await assessed(pilot, live, { target: 'Class' })
    expect(
      findingsOf(assessment, 'leak')
        .map(({ evidence }) => evidence['column'])
        .toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
    ).toEqual(['int_rate', 'sub_grade'])
  })

  it.each([
    'german_credit/german_data_credit.csv',
    'hmda_boston/HMDA.csv',
    'lending_club/lending_club.csv.gz',
    'nyc_taxis/taxis.csv.gz',
    'scms_delivery/scms_until_2011.csv.gz',
    'banking77/train.csv.gz',
    'adult/adults.csv.gz',
    'nannyml_titanic/titanic_reference.csv',
  ])('%s: two random halves are no gap', async (path) => {
    const [pilot, live] = await halves(path)
    const assessment = await assessed(pilot, live)
    expect(assessment.findings.filter(({ severity }) => severity !== 'notice')).toEqual([])
    // Nothing is known of a model.
    expect(assessment.verdict).toBe('insufficient')
    expect(assessment.headline).toMatch(/^The live data look like the pilot’s/)
    expect(isJsonSafe(assessment)).toBe(true)
  })

  it('sales_fraud: hundreds of thousands of rows without drama', async () => {
    const [pilot, live] = await halves('sales_fraud/sales.csv.gz')
    const assessment = await assessed(pilot, live, { target: 'Insp' })
    expect(assessment.findings.filter(({ severity }) => severity !== 'notice')).toEqual([])
    // Hardly any report was inspected: what is not known yet must not be counted as an answer in silence.
    expect(findingsOf(assessment, 'nulls')[0]?.message).toMatch(
      /^“unkn” in “Insp” counts as a right answer like any other, in 96 %/,
    )
    expect(assessment.data.notes.join(' ')).toMatch(/looked for in an even sample: \d+,\d+ of 200,\d+ rows/)
  })
})
