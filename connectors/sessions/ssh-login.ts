/** Which way of logging in to try next: what the credentials have and the server offers (RFC 4252 §5). */
import type { AnyAuthMethod, Prompt } from 'ssh2';
import type { Credentials } from '../../core/ports/secrets.js';

export interface SshLoginOptions {
  readonly credentials: Credentials;
  /** Socket of the agent, for credentials without password and key. */
  readonly agentSocket: string | undefined;
}

/** In the order in which they are tried; the first asks the server what it offers. */
export function loginMethods({ credentials, agentSocket }: SshLoginOptions): readonly AnyAuthMethod[] {
  const { username = '', password, privateKey, passphrase } = credentials;
  const methods: AnyAuthMethod[] = [{ type: 'none', username }];
  if (privateKey !== undefined) {
    // OpenSSH's form wants its last line end.
    const key = privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`;
    methods.push({ type: 'publickey', username, key, ...(passphrase === undefined ? {} : { passphrase }) });
  } else if (password === undefined && agentSocket !== undefined) {
    methods.push({ type: 'agent', username, agent: agentSocket });
  }
  if (password !== undefined) {
    methods.push({ type: 'password', username, password });
    methods.push({
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        finish(prompts.map((prompt) => answerTo(prompt, username, password)));
      },
    });
  }
  return methods;
}

/** What is not shown as it is typed is the password; what is shown, the name. */
function answerTo({ echo }: Prompt, username: string, password: string): string {
  return echo === true ? username : password;
}

export class LoginOrder {
  readonly #left: AnyAuthMethod[];
  /** Ways that the server refused with these credentials. */
  readonly tried: string[] = [];

  constructor(methods: readonly AnyAuthMethod[]) {
    this.#left = [...methods];
  }

  /** `offered`: what the server says can go on; null before the first try. */
  next(offered: readonly string[] | null): AnyAuthMethod | undefined {
    for (;;) {
      const method = this.#left.shift();
      if (method === undefined) return undefined;
      const name = method.type === 'agent' ? 'publickey' : method.type;
      if (name !== 'none' && offered !== null && !offered.includes(name)) continue;
      if (name !== 'none') this.tried.push(method.type);
      return method;
    }
  }
}
