/** The actions there are, by the names that rules, schedules and the API use. */
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Action } from '../core/action.js';
import { maskUrls } from '../core/file-url.js';
import type { JsonObject } from '../core/json.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { SiteProblem } from '../core/problem.js';
import { activate } from './activate.js';
import { alarm, clearAlarm } from './alarm.js';
import { downloadImage } from './download-image/download-image.js';
import { event } from './event.js';
import { execute } from './execute.js';
import { fetchOs } from './files/fetch-os.js';
import { sendConfig } from './files/send-config.js';
import { sendOs } from './files/send-os.js';
import { clearCounters } from './interface/clear-counters.js';
import { interfaceCycle, interfaceOff, interfaceOn } from './interface/switch-interface.js';
import { email } from './outward/email.js';
import { publish } from './outward/publish.js';
import { snmpTrap } from './outward/snmp-trap.js';
import { syslog } from './outward/syslog.js';
import { webhook } from './outward/webhook.js';
import { pullRunningConfig, pullStartupConfig, pullTech } from './pull-config.js';
import { pullOs } from './pull-os/pull-os.js';
import { pushOs } from './push-os/push-os.js';
import { reboot } from './reboot.js';
import { powerCycle, powerOff, powerOn } from './power.js';
import { recordOutput } from './record-output.js';
import { clearValue, decrementValue, incrementValue, setValue } from './values.js';

export const ACTIONS: readonly Action[] = [
  ...[pushOs, downloadImage, activate, reboot, execute, recordOutput],
  ...[interfaceOn, interfaceOff, interfaceCycle, clearCounters],
  ...[powerOn, powerOff, powerCycle],
  ...[fetchOs, sendOs, pullOs],
  ...[pullRunningConfig, pullStartupConfig, pullTech, sendConfig],
  ...[alarm, clearAlarm, event],
  ...[setValue, clearValue, incrementValue, decrementValue],
  ...[email, webhook, syslog, snmpTrap, publish],
];

/** Fills core's ActionCatalog; a parameter schema is compiled when parameters first come. */
export class Catalog implements ActionCatalog {
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(actions: readonly Action[] = ACTIONS) {
    this.#actions = new Map(actions.map((action) => [action.name, action]));
  }

  get(name: string): Action | undefined {
    return this.#actions.get(name);
  }

  list(): readonly Action[] {
    return [...this.#actions.values()];
  }

  problems(name: string, params: JsonObject): readonly Pick<SiteProblem, 'pointer' | 'wanted' | 'got'>[] {
    const action = this.#actions.get(name);
    if (action === undefined)
      return [{ pointer: '', wanted: `one of ${[...this.#actions.keys()].join(', ')}`, got: name }];
    const validate = this.#validator(action);
    return validate(params) ? [] : (validate.errors ?? []).map((error) => problemOf(error, params));
  }

  #validator({ name, parameters }: Action): ValidateFunction {
    const known = this.#validators.get(name);
    if (known !== undefined) return known;
    const validate = new Ajv({ allErrors: true, strict: true }).compile(parameters);
    this.#validators.set(name, validate);
    return validate;
  }
}

function problemOf(error: ErrorObject, params: JsonObject): Pick<SiteProblem, 'pointer' | 'wanted' | 'got'> {
  if (error.keyword === 'additionalProperties') {
    const extra = String(error.params['additionalProperty']);
    return { pointer: `${error.instancePath}/${extra}`, wanted: 'no such parameter', got: extra };
  }
  if (error.keyword === 'required') {
    const missing = String(error.params['missingProperty']);
    return { pointer: `${error.instancePath}/${missing}`, wanted: 'a value', got: 'nothing' };
  }
  const key = error.instancePath.split('/')[1] ?? '';
  return {
    pointer: error.instancePath,
    wanted: error.message ?? error.keyword,
    got: maskUrls(JSON.stringify(params[key] ?? null)),
  };
}
