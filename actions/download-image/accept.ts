/** The driver of a download that accepts warnings: the transfer, and nothing else, answers them with yes. */
import type { StepContext } from '../../core/action.js';
import type { Exchange, QuestionRow } from '../../core/dialog-table.js';
import type { Driver, TransferProcedure } from '../../core/driver.js';
import { fail } from '../../core/errors/index.js';

/** Errors: DOWNLOAD_WARNING. */
export function accepting({ port, params, driver }: Pick<StepContext, 'port' | 'params' | 'driver'>): Driver {
  const { accept = [] } = params;
  const names = Array.isArray(accept) ? accept.map(String) : [];
  if (names.length === 0) return driver;
  const { warnings = {} } = driver.download ?? {};
  const questions = names.map((name) => {
    const row = Object.hasOwn(warnings, name) ? warnings[name] : undefined;
    if (row !== undefined) return row;
    throw fail('DOWNLOAD_WARNING', { port: port.id, name, known: Object.keys(warnings).join(', ') });
  });
  const transfers = Object.entries(driver.transfers).map(([method, procedure]) => [
    method,
    answered(procedure, questions),
  ]);
  return { ...driver, transfers: Object.fromEntries(transfers) as Driver['transfers'] };
}

function answered(procedure: TransferProcedure, questions: readonly QuestionRow[]): TransferProcedure {
  if (procedure.direction !== 'devicePulls') return procedure;
  const asked = (exchange: Exchange): Exchange => ({
    ...exchange,
    questions: [...questions, ...(exchange.questions ?? [])],
  });
  return { ...procedure, exchanges: procedure.exchanges.map(asked) };
}
