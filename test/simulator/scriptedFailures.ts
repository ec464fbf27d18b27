import type { Operation } from './operations';
import type { HttpReply } from './reply';
import type { Gate } from './steps';

/**
 * An error answer, a connection that breaks before one, none until the client goes away, or the usual answer once a gate
 * is open.
 */
export type Failure = HttpReply | 'break' | 'stall' | Gate;

/** The failures a test has prepared, per operation, used in order. */
export class ScriptedFailures {
  readonly #queues = new Map<Operation, Failure[]>();

  get left(): string[] {
    return [...this.#queues].flatMap(([operation, queue]) => queue.map(() => operation));
  }

  add(operation: Operation, failure: Failure): void {
    const queue = this.#queues.get(operation) ?? [];
    queue.push(failure);
    this.#queues.set(operation, queue);
  }

  clear(): void {
    this.#queues.clear();
  }

  take(operation: Operation): Failure | undefined {
    return this.#queues.get(operation)?.shift();
  }
}
