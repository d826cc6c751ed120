/** event: puts an event of the site's own into the history, where other rules see it. */
import { textParam } from '../core/action.js';
import type { JsonObject } from '../core/json.js';
import { quickAction } from './quick.js';

/** Families of the node itself stay the node's word. */
const OWN_TYPE = '^custom\\.[A-Za-z0-9_.-]{1,80}$';

export const event = quickAction({
  name: 'event',
  description: 'Put an event of type custom.* into the history, where other rules see it.',
  parameters: {
    type: { type: 'string', pattern: OWN_TYPE, description: 'type of the event, such as custom.backup-missed' },
    data: { type: 'object', description: 'its data' },
  },
  required: ['type'],
  async run(context) {
    const type = textParam(context.params, 'type');
    await context.emit(type, (context.params['data'] ?? {}) as JsonObject);
    return `The event ${type} was put into the history.`;
  },
});
