"""What breaks apps, done to them on the real cluster while known traffic runs: is anything refused, is anything lost?"""
