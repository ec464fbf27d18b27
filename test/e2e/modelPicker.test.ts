import assert from 'node:assert/strict';
import type { ChatView } from '../host/chatView';
import { effortButton, modelHover, openEffortMenu, pickerRows } from '../host/modelMenus';
import type { Workbench } from '../host/workbench';
import { defaultCatalog } from '../simulator/catalog';
import { closing, text } from '../simulator/steps';
import { useWorld, type World } from './world';

describe('the model picker', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;

  useWorld({}, async (made) => {
    world = made;
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    window = await world.openWindow();
    chat = await world.importAndOpenChat(window);
  });

  it('lists every model of the catalog with its price, and tells the rest beside it', async () => {
    await chat.showModelPicker();
    const rows = await pickerRows(window.page);
    const expected = defaultCatalog().map(({ modelName, rateMultiplier }) => ({
      name: modelName ?? '',
      detail: `Kiro Models · ${rateMultiplier}×`,
    }));
    assert.deepEqual(rows.toSorted(byName), expected.toSorted(byName));
    const hover = await modelHover(window.page, 'Claude Opus 5');
    assert.deepEqual(hover, [
      'Claude Opus 5',
      'High cost',
      'Kiro calls this model experimental: it may change or go away.',
      'Experimental preview of Claude Opus 5 model with 1M context window',
      'Cost: 2.2×',
      'Max context',
      '1M',
      'Configurable',
      'Thinking Effort',
    ]);
    await window.screenshot('picker-hover');
    await chat.closeMenu();
  });

  const menus = [
    {
      kind: 'claude',
      model: 'Claude Opus 5',
      levels: ['Low', 'Medium', '✓ HighDefault', 'Extra High', 'Maximum'],
      choose: 'Maximum',
      sent: {
        output_config: { effort: 'max' },
        thinking: { type: 'adaptive', display: 'summarized' },
      },
    },
    {
      kind: 'gpt',
      model: 'GPT-5.6 Terra',
      levels: ['No Thinking', 'Low', 'Medium', '✓ HighDefault', 'Extra High', 'Maximum'],
      choose: 'No Thinking',
      sent: { reasoning: { effort: 'none' } },
    },
    {
      kind: 'tags',
      model: 'Claude Sonnet 4.5',
      levels: ['✓ No ThinkingDefault', 'Low', 'Medium', 'High'],
      choose: 'Medium',
      tags: '<thinking_mode>enabled</thinking_mode><max_thinking_length>10000</max_thinking_length>',
    },
  ];
  for (const { kind, model, levels, choose, sent, tags } of menus) {
    it(`offers the efforts of ${model}, and sends the chosen one`, async () => {
      await chat.startNew();
      await chat.pickModel(model);
      assert.deepEqual(await openEffortMenu(window.page), ['Thinking Effort', ...levels]);
      await window.screenshot(`picker-effort-${kind}`);
      await chat.pickEffort(choose);
      world.simulator.script(text('Hello.'), closing());
      await chat.ask('Hello?');
      await chat.waitForAnswer();
      const request = world.simulator.chats.at(-1);
      assert.deepEqual(request?.modelFields, sent);
      assert.equal(request?.text.startsWith('<thinking_mode>'), tags !== undefined);
      if (tags) assert.ok(request?.text.startsWith(tags));
    });
  }

  it('offers no effort where a model has none, and sends none', async () => {
    await chat.startNew();
    await chat.pickModel('DeepSeek V3.2');
    await effortButton(window.page).waitFor({ state: 'hidden' });
    world.simulator.script(text('Hello.'), closing());
    await chat.ask('Hello?');
    await chat.waitForAnswer();
    assert.equal(world.simulator.chats.at(-1)?.modelFields, undefined);
  });
});

const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
