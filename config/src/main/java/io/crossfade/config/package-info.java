/**
 * What a configuration file may say, and the reader that finds out what it does say.
 *
 * <p>A key is declared once, by {@code @Key} at the record's component that holds its value. {@code Shape} makes of the declarations what
 * a section needs: it reads it, checks it, shows it. {@code Kind} says how values of one kind are read and shown. Readers exist only for
 * what depends on more than its own key: names, ports, risk classes, metrics.
 *
 * <p>A text becomes positioned nodes ({@code YamlTree}), these become fields and sections, these become records. A mistake is a
 * {@code Problem} with its place; all of them are found in one run, because whoever reads a wrong value goes on with a stand-in. A
 * record's constructor refuses nonsense also where no file is involved.
 *
 * <p>What never happens: no file makes the loader throw or read without end, no name server is asked, no key is ignored.
 */
@NullMarked
package io.crossfade.config;

import org.jspecify.annotations.NullMarked;
