/** setValue, clearValue, incrementValue, decrementValue: the variables that conditions read as `system` and `monitor`. */
import type { StepContext } from '../core/action.js';
import { textParam } from '../core/action.js';
import type { JsonObject } from '../core/json.js';
import type { Value, ValuePlace, ValueScope } from '../core/ports/values.js';
import { quickAction } from './quick.js';

export const VARIABLE_SCOPE: JsonObject = {
  enum: ['system', 'monitor'],
  description: '`system` is one for the node, `monitor` (the default) one for each port',
};
export const VARIABLE_NAME: JsonObject = {
  type: 'string',
  pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,63}$',
  description: 'name of the variable',
};
const VALUE: JsonObject = {
  oneOf: [{ type: 'string', maxLength: 1000 }, { type: 'number' }, { type: 'boolean' }],
  description: 'its new value',
};
const BY: JsonObject = { type: 'integer', minimum: 1, maximum: 1_000_000, description: 'how much, 1 by default' };

export const setValue = quickAction({
  name: 'setValue',
  description: 'Give a variable a value.',
  parameters: { scope: VARIABLE_SCOPE, name: VARIABLE_NAME, value: VALUE },
  required: ['name', 'value'],
  async run(context) {
    const place = placeOf(context);
    await context.values.set(place, context.params['value'] as Value, context.jobId);
    return `The ${place.scope} variable ${place.name} was set.`;
  },
});

export const clearValue = quickAction({
  name: 'clearValue',
  description: 'Forget a variable.',
  parameters: { scope: VARIABLE_SCOPE, name: VARIABLE_NAME },
  required: ['name'],
  async run(context) {
    const place = placeOf(context);
    await context.values.clear(place);
    return `The ${place.scope} variable ${place.name} was cleared.`;
  },
});

export const incrementValue = counting('incrementValue', 'Add to a variable; one that is not there counts as 0.', 1);
export const decrementValue = counting(
  'decrementValue',
  'Take from a variable; one that is not there counts as 0.',
  -1,
);

function counting(name: string, description: string, sign: 1 | -1): ReturnType<typeof quickAction> {
  return quickAction({
    name,
    description,
    parameters: { scope: VARIABLE_SCOPE, name: VARIABLE_NAME, by: BY },
    required: ['name'],
    async run(context) {
      const place = placeOf(context);
      const by = context.params['by'] ?? 1;
      await context.values.add(place, sign * Number(by), context.jobId);
      return `The ${place.scope} variable ${place.name} was counted.`;
    },
  });
}

function placeOf({ params, port }: StepContext): ValuePlace {
  const scope: ValueScope = params['scope'] === 'system' ? 'system' : 'monitor';
  return { scope, portId: port.id, name: textParam(params, 'name') };
}
