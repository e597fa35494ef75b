import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { htmlToText } from './html-to-text.ts'

describe('htmlToText', () => {
  it.each([
    ['<b>bo</b>ld', 'bold'],
    ['<td>one</td><td>two</td>', 'one two'],
    ['a < b and 3 > 2', 'a < b and 3 > 2'],
    ['<script>if (a<b) x()</script>after', 'after'],
    ['<SCRIPT>x</SCRIPT >after', 'after'],
    ['V<!-- hidden -->iagra', 'Viagra'],
    ['never <!-- closed', 'never'],
    ['never <b closed', 'never'],
    ['<style>open', 'open'],
    ['&amp;&#65;&#x42;&nosuch;&#xd800;', '&AB&nosuch;'],
    ['<!DOCTYPE html><p>x', 'x'],
  ])('%s', (html, text) => {
    expect(htmlToText(html)).toBe(text)
  })

  it('leaves text without markup as it is, but for spaces', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/[<&]/.test(text)),
        (text) => {
          expect(htmlToText(text)).toBe(text.replace(/\s+/g, ' ').trim())
        },
      ),
    )
  })

  it.each(['<', '<!--', '<b', '<script>', '</', '&#'])('takes a megabyte of "%s" without running for ever', (piece) => {
    const started = performance.now()
    htmlToText(piece.repeat(1_000_000 / piece.length))
    // Quadratic time would be minutes; the bound is loose because machines are shared.
    expect(performance.now() - started).toBeLessThan(60_000)
  })
})
