/** The little JDBC that repositories share: one transaction, bound parameters. */
@NullMarked
package io.rowledger.core.sql;

import org.jspecify.annotations.NullMarked;
