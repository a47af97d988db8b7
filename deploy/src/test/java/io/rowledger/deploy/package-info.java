/** Holds what is deployed to rules: manifests, chart, container files. */
@NullMarked
package io.rowledger.deploy;

import org.jspecify.annotations.NullMarked;
