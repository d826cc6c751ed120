/** Warnings of the switch that a download accepts: the transfer, and nothing else, answers them with yes. */
import type { StepContext } from '../../core/action.js';
import type { Exchange, QuestionRow } from '../../core/dialog-table.js';
import type { Driver } from '../../core/driver.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import { fail } from '../../core/errors/index.js';

type Transfers = Driver['transfers'];

/** Accepted in the job's own words, and not a warning itself: dumps are moved off first. */
export const MOVE_DUMPS = 'moveDumps';

export function accepted({ params }: Pick<StepContext, 'params'>): readonly string[] {
  const { accept = [] } = params;
  return Array.isArray(accept) ? accept.map(String) : [];
}

/** Errors: DOWNLOAD_WARNING. */
export function accepting({ port }: Pick<StepContext, 'port'>, driver: Driver, names: readonly string[]): Driver {
  const { warnings = {} } = driver.download ?? {};
  const questions = names.map((name) => {
    const row = Object.hasOwn(warnings, name) ? warnings[name] : undefined;
    if (row !== undefined) return row;
    throw fail('DOWNLOAD_WARNING', { port: port.id, name, known: Object.keys(warnings).join(', ') });
  });
  return questions.length === 0 ? driver : withTransfers(driver, (procedure) => answered(procedure, questions));
}

/** The driver, in all its variants, with other transfers. */
export function withTransfers(driver: Driver, change: (procedure: TransferProcedure) => TransferProcedure): Driver {
  const changed = (transfers: Transfers): Transfers =>
    Object.fromEntries(Object.entries(transfers).map(([method, procedure]) => [method, change(procedure)]));
  const { variants = [] } = driver;
  return {
    ...driver,
    transfers: changed(driver.transfers),
    variants: variants.map((variant) =>
      variant.transfers === undefined ? variant : { ...variant, transfers: changed(variant.transfers) },
    ),
  };
}

/** Looks for these questions before all others. */
export function answered(procedure: TransferProcedure, questions: readonly QuestionRow[]): TransferProcedure {
  const asked = (exchange: Exchange): Exchange => ({
    ...exchange,
    questions: [...questions, ...(exchange.questions ?? [])],
  });
  switch (procedure.direction) {
    case 'devicePulls':
      return { ...procedure, exchanges: procedure.exchanges.map(asked) };
    case 'wePut':
      return { ...procedure, finish: (procedure.finish ?? []).map(asked) };
    case 'inBand':
      return procedure;
  }
}
