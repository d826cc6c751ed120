/** Every error as `{ "error": { code, message, next } }`; never a stack, never a secret. */
import { Type } from '@sinclair/typebox';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { fail, PortwrightError } from '../../core/errors/index.js';
import type { Log } from '../../core/ports/log.js';
import type { Secrets } from '../../core/ports/secrets.js';

export const ErrorSchema = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ description: 'AREA_REASON, see docs/errors.md' }),
      message: Type.String(),
      next: Type.String({ description: 'What to do.' }),
    }),
  },
  { description: 'What went wrong and what to do.' },
);

/** Largest JSON body: actions and events are small, bytes. */
export const BODY_LIMIT_BYTES = 1_048_576;

/** Fastify's own failures in our words; everything unknown is ours and its text stays in the log. */
export function toPortwrightError(error: unknown): PortwrightError {
  if (error instanceof PortwrightError) return error;
  const { code = '', statusCode = 500, message } = error as Partial<FastifyError>;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return fail('HTTP_MEDIA_TYPE', { wanted: 'application/json', got: 'another Content-Type' });
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return fail('HTTP_TOO_LARGE', { limitBytes: BODY_LIMIT_BYTES });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return fail('HTTP_BAD_REQUEST', { pointer: 'body', wanted: 'JSON', got: 'nothing' });
    default:
      return statusCode >= 400 && statusCode < 500
        ? fail('HTTP_BAD_REQUEST', { pointer: 'request', wanted: 'a well-formed request', got: message ?? code })
        : fail('UNEXPECTED', { reason: 'see the log of the node' }, error);
  }
}

export function errorHandler(log: Log, secrets: Secrets) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const error = toPortwrightError(thrown);
    if (error.httpStatus >= 500) {
      const { cause } = error;
      const reason = secrets.mask(cause instanceof Error ? (cause.stack ?? cause.message) : error.message);
      log.error('request failed', { code: error.code, method: request.method, url: request.url, reason });
    }
    return reply.code(error.httpStatus).send(errorBody(error));
  };
}

export function errorBody({ code, message, next }: PortwrightError) {
  return { error: { code, message, next } };
}
