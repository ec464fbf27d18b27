/** A whole HTTP answer, as every operation but chat gives it. */
export interface HttpReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A JSON answer. `undefined` gives an empty body. */
export function json(status: number, value: unknown, headers: Record<string, string> = {}): HttpReply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: value === undefined ? '' : JSON.stringify(value),
  };
}

/** A page for a person's browser. */
export function html(status: number, body: string): HttpReply {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

/** Sends a browser on. */
export function redirect(to: string): HttpReply {
  return { status: 302, headers: { location: to }, body: '' };
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
