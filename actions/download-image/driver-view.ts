/** The driver as one file of a download needs it: what it accepts, for which unit, and what kind of file it is. */
import type { StepContext } from '../../core/action.js';
import type { Exchange } from '../../core/dialog-table.js';
import type { Driver } from '../../core/driver.js';
import type { ShownProcedure } from '../../core/verify-procedure.js';
import { fail } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import { recall } from '../push-os/memory.js';
import { accepted, accepting, answered, MOVE_DUMPS } from './accept.js';
import { kindOf } from './kind.js';
import { partsIn } from './parts.js';
import { unitOf } from './unit.js';

/** Errors: DOWNLOAD_WARNING, DOWNLOAD_KEEP. */
export function driverView(context: Pick<StepContext, 'params' | 'port' | 'driver'>, memory: JsonObject): Driver {
  const { driver, params } = context;
  const { fileName = '' } = recall(memory);
  if (kindOf(driver, fileName) === 'file') return forFile(driver);
  const names = accepted(context).filter((name) => name !== MOVE_DUMPS);
  const { dumps } = driver.download ?? {};
  const moved = partsIn(memory).dumpsMoved === true && dumps !== undefined ? [dumps.warning] : [];
  const view = accepting(context, driver, [...new Set([...names, ...moved])]);
  const forUnit = provedOn(view, unitOf(context, driver)?.shownAs);
  return params['install'] === false ? keeping(context, forUnit) : forUnit;
}

function forFile(driver: Driver): Driver {
  const { files } = driver.download ?? {};
  if (files === undefined) return driver;
  return { ...driver, transfers: files.transfers, verify: files.shown, imagePlace: 'fileSystem', variants: [] };
}

/** Proved on one unit, whatever the others have. */
function provedOn(driver: Driver, unit: string | undefined): Driver {
  const { verify } = driver;
  if (unit === undefined || verify.algorithm !== 'shown' || verify.eachUnit === undefined) return driver;
  const eachUnit: ShownProcedure['eachUnit'] = { ...verify.eachUnit, unit: `^(${unit}) ` };
  return { ...driver, verify: { ...verify, eachUnit } };
}

/** The file is brought, and its question is answered with no: nothing says that it was installed. */
function keeping({ port }: Pick<StepContext, 'port'>, driver: Driver): Driver {
  const { keep } = driver.download ?? {};
  const { osPushMethod, osPushAlternative } = port.settings;
  const methods = (keep?.methods ?? []).filter((method) => [osPushMethod, osPushAlternative].includes(method));
  if (keep === undefined || methods.length === 0)
    throw fail('DOWNLOAD_KEEP', { port: port.id, methods: keep?.methods.join(', ') ?? 'none' });
  const transfers = methods.flatMap((method) => {
    const procedure = driver.transfers[method];
    if (procedure?.direction !== 'devicePulls') return [];
    const unproved = { ...procedure, exchanges: procedure.exchanges.map(withoutSuccess) };
    return [[method, answered(unproved, [keep.question])]];
  });
  return { ...driver, transfers: Object.fromEntries(transfers) as Driver['transfers'], variants: [] };
}

function withoutSuccess(exchange: Exchange): Exchange {
  return Object.fromEntries(Object.entries(exchange).filter(([key]) => key !== 'success')) as unknown as Exchange;
}
