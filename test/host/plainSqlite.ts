/**
 * VS Code's agent host keeps its sessions in SQLite through a native module that is made with a compiler. None is wanted here,
 * so the few functions that it calls are written in JavaScript, over what Node has itself.
 */
export const PLAIN_SQLITE = `'use strict';
const { DatabaseSync } = require('node:sqlite');

class Database {
  constructor(file, ...rest) {
    this.database = new DatabaseSync(file);
    this.settle(rest.at(-1), () => undefined);
  }
  exec(sql, done) { this.settle(done, () => void this.database.exec(sql)); return this; }
  run(sql, ...rest) {
    this.settle(rest.at(-1), (context) => {
      const { changes, lastInsertRowid } = this.prepared(sql).run(...valuesOf(rest));
      Object.assign(context, { changes, lastID: Number(lastInsertRowid) });
    });
    return this;
  }
  get(sql, ...rest) { this.settle(rest.at(-1), () => this.prepared(sql).get(...valuesOf(rest))); return this; }
  all(sql, ...rest) { this.settle(rest.at(-1), () => this.prepared(sql).all(...valuesOf(rest))); return this; }
  close(done) { this.settle(done, () => this.database.close()); }
  serialize(run) { run?.(); }
  on() { return this; }
  configure() {}
  prepared(sql) { return this.database.prepare(sql); }
  settle(done, act) {
    const context = {};
    let error = null;
    let result;
    try { result = act(context); } catch (thrown) { error = thrown; }
    if (typeof done === 'function') queueMicrotask(() => done.call(context, error, result));
  }
}

// Either one list, or the values one by one, and the function that is called in the end.
function valuesOf(rest) {
  const values = rest.filter((value) => typeof value !== 'function').flat();
  return values.map((value) => (typeof value === 'boolean' ? Number(value) : (value ?? null)));
}

// One assignment each: names that are imported from a CommonJS module are found by their text.
exports.Database = Database;
exports.OPEN_READONLY = 1;
exports.OPEN_READWRITE = 2;
exports.OPEN_CREATE = 4;
`;
