import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import { monthlyLimit, throttled } from '../simulator/httpErrors';
import {
  closing,
  exceptionFrame,
  fail,
  Gate,
  stall,
  stopReason,
  text,
  toolCallFragments,
  waitAt,
} from '../simulator/steps';
import { stopInTheMiddle } from './stopping';
import { useWorld, type World } from './world';

/** As short as a test can bear, and long enough that no other answer here pauses for it. */
const idleSeconds = 20;

describe('a person whose answers do not all go well', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;

  useWorld(
    {
      machineSettings: { 'kiroModels.request.idleTimeoutSeconds': idleSeconds },
    },
    async (made) => {
      world = made;
      world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
      window = await world.openWindow();
      chat = await world.importAndOpenChat(window);
    },
  );

  const chatsThatSay = (words: string) =>
    world.simulator.chats.filter(({ text: sent }) => sent.includes(words));

  it('stops an answer in the middle, and the service hears of it before the answer is over', async () => {
    await stopInTheMiddle(world, chat);
    await chat.untilAnswered();
    await window.screenshot('stream-stopped');
    const { text: shown, error } = await chat.waitForAnswer();
    assert.deepEqual([shown, error], ['Once upon a time, there was', '']);
  });

  it('runs two chats at once on two models, and keeps them apart', async () => {
    const beside = await ChatView.openEditor(window);
    await chat.pickModel('Claude Opus 4.8');
    await beside.pickModel('Claude Haiku 4.5');
    const gates = [new Gate(), new Gate()] as const;
    world.simulator.scriptWhen(
      ({ text: sent }) => sent.includes('about cats'),
      text('Cats ', 'sleep '),
      waitAt(gates[0]),
      text('all ', 'day.'),
      closing(),
    );
    world.simulator.scriptWhen(
      ({ text: sent }) => sent.includes('about dogs'),
      text('Dogs ', 'run '),
      waitAt(gates[1]),
      text('and ', 'bark.'),
      closing(),
    );
    await chat.ask('Something about cats.');
    await beside.ask('Something about dogs.');
    await Promise.all([gates[0].reached, gates[1].reached]);
    await Promise.all([chat.untilShown('Cats sleep'), beside.untilShown('Dogs run')]);
    await window.screenshot('stream-two-chats');
    gates[1].open();
    gates[0].open();
    const cats = await chat.waitForAnswer();
    const dogs = await beside.waitForAnswer();
    assert.deepEqual([cats.text, cats.model], ['Cats sleep all day.', 'Claude Opus 4.8']);
    assert.deepEqual([dogs.text, dogs.model], ['Dogs run and bark.', 'Claude Haiku 4.5']);
    assert.deepEqual(
      chatsThatSay('about cats').map(({ modelId }) => modelId),
      ['claude-opus-4.8'],
    );
    assert.deepEqual(
      chatsThatSay('about dogs').map(({ modelId }) => modelId),
      ['claude-haiku-4.5'],
    );
    await window.runCommand('View: Close All Editors');
  });

  it('reads that a tool call was cut off, and so does the model with the next message', async () => {
    const story = join(world.host.folder, 'story.md');
    // It goes on by itself twice, and is cut off again each time.
    for (let time = 0; time < 3; time++) {
      world.simulator.script(
        text('I write the whole story.'),
        toolCallFragments({
          id: 'tooluse_cut',
          name: 'create_file',
          fragments: [`{"filePath":${JSON.stringify(story)},"content":"Once upon`, ' a time'],
          stop: false,
        }),
      );
    }
    await chat.ask('Write a very long story into story.md.');
    const { text: shown, tools, error } = await chat.waitForAnswer();
    await window.screenshot('stream-cut-call');
    assert.match(
      shown,
      /^I write the whole story\.(\s+The call to create_file was too large .* goes on in smaller steps\.\s+I write the whole story\.){2}\s+The call to create_file was cut off .* split the work/s,
    );
    assert.deepEqual([tools, error], [[], '']);
    assert.ok(!existsSync(story), 'the tool was run');
    assert.equal(chatsThatSay('Write a very long story').length, 1);

    world.simulator.script(text('In two parts, then.'), closing());
    await chat.ask('Go on.');
    await chat.waitForAnswer();
    const request = world.simulator.chats.at(-1);
    const said = request?.history.at(-1)?.assistantResponseMessage;
    assert.match(said?.content ?? '', /`create_file` was cut off .* split the work into smaller steps/);
    assert.deepEqual([said?.toolUses, request?.toolResults], [undefined, []]);
  });

  it('reads that an answer reached the model’s limit, and can have it go on', async () => {
    world.simulator.script(text('One, two, three'), stopReason('MAX_TOKENS'), closing());
    await chat.ask('Count to a million.');
    const { text: shown, error } = await chat.waitForAnswer();
    await window.screenshot('stream-out-of-room');
    assert.match(shown, /^One, two, three\s+The answer reached the model’s limit .* Ask it to continue\.$/s);
    assert.equal(error, '');

    world.simulator.script(text('Four, five.'), closing());
    await chat.ask('Go on.');
    await chat.waitForAnswer();
    const said = world.simulator.chats.at(-1)?.history.at(-1)?.assistantResponseMessage;
    assert.match(said?.content ?? '', /^One, two, three\s+\*\*The answer reached/);
  });

  it('reads why an answer that stalls has ended', async () => {
    world.simulator.script(text('The first half is'), stall());
    await chat.ask('Tell me both halves.');
    const { text: shown, error } = await chat.waitForAnswer();
    await window.screenshot('stream-stalled');
    assert.equal(shown, 'The first half is');
    assert.match(error, /Kiro stopped responding in the middle of the answer\..*idleTimeoutSeconds/);
    assert.equal(chatsThatSay('both halves').length, 1);
    assert.ok(world.simulator.chats.at(-1)?.request.closedEarlyAt, 'the connection was left open');
  });

  it('gets the answer, once, from a service that was busy at first', async () => {
    world.simulator.script(fail(throttled(null, 1)));
    world.simulator.script(text('Here ', 'I ', 'am.'), closing());
    await chat.ask('Are you busy?');
    const { text: shown, error } = await chat.waitForAnswer();
    await window.screenshot('stream-busy-first');
    assert.deepEqual([shown, error], ['Here I am.', '']);
    const bodies = chatsThatSay('Are you busy?').map(({ request }) => request.text);
    assert.equal(bodies.length, 2);
    assert.equal(bodies[0], bodies[1]);
  });

  it('reads a sentence, not a stack, when the month is used up, and gets a button', async () => {
    world.simulator.script(fail(monthlyLimit()));
    await chat.ask('One more?');
    const notice = await window.notification('used up its Kiro credits or reached a limit');
    const { text: shown, error } = await chat.waitForAnswer();
    await window.screenshot('month-used-up');
    assert.equal(shown, '');
    assert.match(error, /This account has used up its Kiro credits or reached a limit\./);
    assert.match(error, /Kiro says: “You have reached the limit” \(MONTHLY_REQUEST_COUNT, request /);
    assert.doesNotMatch(error, /\bat .*:\d+:\d+/);
    assert.deepEqual((await notice.buttons()).toSorted(), ['Switch Account…', 'Usage at Kiro']);
    assert.equal(chatsThatSay('One more?').length, 1);
    await window.clearNotifications();
  });

  it('keeps what was written when the service fails in the middle, and reads why', async () => {
    world.simulator.script(
      text('The capital of France is '),
      exceptionFrame('error', 'The model is busy.', 'MODEL_TEMPORARILY_UNAVAILABLE'),
    );
    await chat.ask('What is the capital of France?');
    const { text: shown, error } = await chat.waitForAnswer();
    await window.screenshot('stream-failed-halfway');
    assert.equal(shown, 'The capital of France is');
    assert.match(error, /This model is overloaded right now\. Choose another model/);
    assert.equal(chatsThatSay('capital of France').length, 1);
    await window.clearNotifications();
  });

  it('sees in the context ring what the service counted', async () => {
    await chat.pickModel('Claude Opus 4.8');
    world.simulator.script(text('A lot.'), closing({ input: 150_000, output: 2000, cacheRead: 100_000 }));
    await chat.ask('How much is in your context?');
    await chat.waitForAnswer();
    const { percentage, details } = await chat.contextUsage();
    await window.screenshot('stream-context-ring');
    await window.page.keyboard.press('Escape');
    assert.equal(percentage, 25);
    assert.match(details, /252\.0K \/ 1M tokens/);

    world.simulator.script(text('And that is all I say.'));
    await chat.ask('And now?');
    await chat.waitForAnswer();
    const estimate = await chat.contextUsage();
    await window.page.keyboard.press('Escape');
    assert.ok(estimate.percentage > 0, estimate.details);
  });
});
