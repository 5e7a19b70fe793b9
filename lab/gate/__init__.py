"""The gate laboratory: rules of this and other systems on histories whose truth is known."""
