"""Budget-performance workbooks: stamp, read, check, merge."""
