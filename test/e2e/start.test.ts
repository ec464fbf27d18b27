import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ChatView } from '../host/chatView';
import { Workbench } from '../host/workbench';

/** Starts what `npm start` runs, and gives the address that it prints. */
async function start(): Promise<{ program: ChildProcess; url: string }> {
  const program = spawn(process.execPath, ['dist/host/start.js', '--no-open'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: program.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\S+/.exec(line)?.[0];
    if (url) return { program, url };
  }
  throw new Error('npm start ended without an address.');
}

describe('npm start', () => {
  let program: ChildProcess | undefined;
  let window: Workbench | undefined;
  afterEach(async function () {
    if (this.currentTest?.isFailed()) console.error(await window?.screenshot('failed-start'));
    await window?.end();
    if (!program) return;
    const ended = once(program, 'exit');
    program.kill('SIGINT');
    await ended;
  });

  it('answers a question that is typed the moment the input can be seen', async () => {
    const started = await start();
    program = started.program;
    window = await Workbench.open(started.url);
    await (await window.dialog()).press('Continue');
    await window.notification('The chat opens as soon as the Kiro account is in');
    await window.screenshot('start-meanwhile');
    const chat = await ChatView.whenShown(window);
    await chat.ask('Hello?');
    const { text, error } = await chat.waitForAnswer();
    await window.screenshot('start-answered');
    assert.equal(error, '');
    assert.match(text, /Hello from/);
  });
});
