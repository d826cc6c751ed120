/** What a site wrote, in the form that the house uses: durations in ms, defaults filled in. Pure. */
import type { BootTable, DialogTable, Exchange, LoginTable, QuestionRow } from '../../core/dialog-table.js';
import type { ActivateProcedure, ConfigProcedure, Driver, FactCommand, LoaderTable } from '../../core/driver.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import type { VerifyProcedure } from '../../core/verify-procedure.js';
import { parseDuration } from '../../core/duration.js';
import type {
  SiteDriver,
  WrittenExchange,
  WrittenFacts,
  WrittenQuestion,
  WrittenTransfer,
  WrittenVerify,
} from './schema.js';

/** vendors §6: command 60 s. */
const SILENCE_MS = 60_000;

/** The schema has checked the form. */
export const durationMs = (text: string | undefined, otherwiseMs: number): number =>
  (text === undefined ? undefined : parseDuration(text)) ?? otherwiseMs;

export function exchange(written: WrittenExchange): Exchange {
  if (typeof written === 'string') return { send: written, silenceMs: SILENCE_MS };
  const { silence, total, questions, ...rest } = written;
  return {
    ...rest,
    silenceMs: durationMs(silence, SILENCE_MS),
    ...(total === undefined ? {} : { totalMs: durationMs(total, 0) }),
    ...(questions === undefined ? {} : { questions: questions.map(question) }),
  };
}

export const exchanges = (written: readonly WrittenExchange[] = []): Exchange[] => written.map(exchange);

export function question({ key = false, intent = 'safe', ...rest }: WrittenQuestion): QuestionRow {
  return { ...rest, key, intent };
}

export function factCommands(written: WrittenFacts): FactCommand[] {
  return written.map(({ command, fields = [], ...rest }) => ({ exchange: exchange(command), fields, ...rest }));
}

export function transfer(written: WrittenTransfer): TransferProcedure {
  const cleanup = exchanges(written.cleanup);
  if (written.direction === 'devicePulls')
    return { direction: 'devicePulls', exchanges: exchanges(written.exchanges), cleanup };
  const { start = '', finish = '', blockSizes = [1024, 128], turnaround, trim } = written;
  return {
    direction: 'inBand',
    ...{ start: exchange(start), finish: exchange(finish), blockSizes, cleanup },
    ...(turnaround === undefined ? {} : { turnaroundMs: durationMs(turnaround, 0) }),
    ...(trim === undefined ? {} : { trim: exchanges(trim) }),
  };
}

export function verify({ algorithm, exchange: written }: WrittenVerify): VerifyProcedure {
  const said = exchange(written);
  return algorithm === 'shown'
    ? { algorithm, exchange: { ...said, success: said.success ?? '(?!)' } }
    : { algorithm, exchange: said };
}

export function activate(written: NonNullable<SiteDriver['activate']>): ActivateProcedure {
  const { kind, install, installed, select, selected, undo, commit, confirm, confirmed, checks } = written;
  return {
    ...{ kind, install: exchanges(install), select: exchanges(select) },
    ...{ undo: exchanges(undo), commit: exchanges(commit) },
    ...(installed === undefined ? {} : { installed: verify(installed) }),
    ...(selected === undefined ? {} : { selected: { ...selected, exchange: exchange(selected.exchange) } }),
    ...(confirm === undefined ? {} : { confirm: exchanges(confirm) }),
    ...(confirmed === undefined ? {} : { confirmed: { ...confirmed, exchange: exchange(confirmed.exchange) } }),
    ...(checks === undefined
      ? {}
      : { checks: checks.map((check) => ({ ...check, exchange: exchange(check.exchange) })) }),
  };
}

export function config(written: NonNullable<SiteDriver['config']>): ConfigProcedure {
  const { running, startup, tech, save, volatile = [], ...rest } = written;
  return {
    ...{ running: exchange(running), save: exchanges(save), volatile, ...rest },
    ...(startup === undefined ? {} : { startup: exchange(startup) }),
    ...(tech === undefined ? {} : { tech: exchange(tech) }),
  };
}

export function dialog(written: SiteDriver['dialog'], base: DialogTable): DialogTable {
  const { lineEnding = base.lineEnding, questions = [], ...lists } = written ?? {};
  const own = questions.map(question);
  const mine = new Set(own.map(({ id }) => id));
  return {
    lineEnding,
    // The first row that fits counts: a site's own come before what it starts from.
    prompts: [...(lists.prompts ?? []), ...base.prompts],
    pagers: [...(lists.pagers ?? []), ...base.pagers],
    questions: [...own, ...base.questions.filter(({ id }) => !mine.has(id))],
    failures: [...(lists.failures ?? []), ...base.failures],
    noise: [...(lists.noise ?? []), ...base.noise],
    ...(base.busy === undefined && lists.busy === undefined
      ? {}
      : { busy: [...(lists.busy ?? []), ...(base.busy ?? [])] }),
    countdowns: [...(lists.countdowns ?? []), ...base.countdowns],
    bootStarts: [...(lists.bootStarts ?? []), ...base.bootStarts],
    secrets: [...(lists.secrets ?? []), ...base.secrets],
  };
}

export function login(written: SiteDriver['login'], base: LoginTable): LoginTable {
  return { ...base, ...written };
}

export function boot(written: SiteDriver['boot'], base: BootTable): BootTable {
  const { cap, loaderStands, ...rest } = written ?? {};
  return {
    ...base,
    ...rest,
    capMs: durationMs(cap, base.capMs),
    loaderStandsMs: durationMs(loaderStands, base.loaderStandsMs),
  };
}

export function reload(written: NonNullable<SiteDriver['reload']>): Driver['reload'] {
  const said = exchange(written.exchange);
  return {
    exchange: said,
    story: written.story ?? `Issuing '${said.send ?? ''}'`,
    seenWithinMs: durationMs(written.seenWithin, SILENCE_MS),
  };
}

export function loader(written: NonNullable<SiteDriver['loader']>, table: DialogTable): LoaderTable {
  const { id, prompts, failures = [], prepare, boot: bootIt } = written;
  return {
    id,
    dialog: {
      ...table,
      prompts: prompts.map((pattern) => ({ state: 'loader', pattern })),
      ...{ questions: [], pagers: [], failures },
    },
    ...{ facts: [], slots: {}, boot: exchange(bootIt) },
    ...(prepare === undefined ? {} : { prepare: exchanges(prepare) }),
  };
}
