/** Ports of an EXOS switch. Source: EXOS Command Reference (`disable port`, `show ports configuration`, `clear counters ports`, `show ports statistics`). */
import type { InterfaceProcedure } from '../../core/interface-procedure.js';
import { say } from './transfers.js';

export const exosInterfaces: InterfaceProcedure = {
  // 24, 1:24; a list or a range would be several.
  names: '^\\d{1,3}(?::\\d{1,3})?$',
  on: [say('enable ports {{interface:word}}')],
  off: [say('disable ports {{interface:word}}')],
  leave: [],
  state: {
    exchange: say('show ports {{interface:word}} configuration no-refresh'),
    // Port, a display string that may be cut, virtual router, port state: E enabled, D disabled; link state: A active, R ready.
    on: '^ *{{interface}}(?: +\\S+){1,2} +E +',
    off: '^ *{{interface}}(?: +\\S+){1,2} +D +',
    linkUp: '^ *{{interface}}(?: +\\S+){1,2} +E +A\\b',
  },
  counters: {
    clear: [say('clear counters[[ ports {{interface:word}}]]')],
    read: say('show ports[[ {{interface:word}}]] statistics no-refresh'),
    // Port, link state, then packets and bytes sent and received.
    line: '^ *\\d{1,3}(?::\\d{1,3})?(?: +\\S+)?? +[A-Z]{1,2}(?: +\\d+)+',
    proof: { kind: 'less' },
  },
};
